"""What intake keeps: messages as they came, claims by which one they are. Every SQL statement of the service."""
