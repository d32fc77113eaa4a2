"""How often a property is tried: often enough for a suite, and at length in ``make soak``."""

import os


def tries(suite, soak):
    """Return what is tried, or how often. A test that asks for it is marked ``soak``."""
    return soak if os.environ.get("SOAK") else suite
