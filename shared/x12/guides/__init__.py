"""The guides' tables, one module each; nothing about a loop is written anywhere else."""
