"""How fast: figures that are printed and never asserted. ``python -m tests.load`` runs the whole bench."""
