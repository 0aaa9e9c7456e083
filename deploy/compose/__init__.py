"""The same system in containers: what has to be made once before the services start."""
