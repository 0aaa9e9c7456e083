"""A small invented hospital: its visits, and how its systems say them. Seeded; every person in it is invented."""
