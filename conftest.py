"""What every test may ask for: see shared/testing/fixtures.py."""

import os

from hypothesis import settings

pytest_plugins = ["shared.testing.fixtures"]

# the proof tries the same inputs everywhere and always; new ones are looked for by `make fuzz` and HYPOTHESIS=explore
settings.register_profile("proof", derandomize=True, deadline=None)
settings.register_profile("explore", max_examples=2000, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS", "proof"))
