"""The one library that the services share; it knows no service."""
