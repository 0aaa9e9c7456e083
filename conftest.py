"""What every test may ask for: see shared/testing/fixtures.py."""

pytest_plugins = ["shared.testing.fixtures"]
