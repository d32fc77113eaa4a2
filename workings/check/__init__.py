"""Other people's numbers: which of them are wrong, where the trouble starts, and what gives those digits."""

from workings.check.changes import Slip, slips
from workings.check.figures import Report, check, grade, outcome
from workings.check.stated import Finding, contradictions, meanings
from workings.check.table import lookup

__all__ = [
    "Finding",
    "Report",
    "Slip",
    "check",
    "contradictions",
    "grade",
    "lookup",
    "meanings",
    "outcome",
    "slips",
]
