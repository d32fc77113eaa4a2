"""How often a property is tried: often enough for a suite, and at length in ``make soak``."""

import os


def tries(suite: int, soak: int) -> int:
    """Return the number of tries. A test that asks for it is marked ``soak``: those are what soaks."""
    return soak if os.environ.get("SOAK") else suite
