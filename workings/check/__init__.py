"""Other people's numbers: which of them are wrong, where the trouble starts, and what gives those digits."""

from workings.check.figures import check, grade
from workings.check.mistakes import KINDS, Slip, slips
from workings.check.one_step import step, step_of
from workings.check.pasting import paste
from workings.check.report import Report
from workings.check.table import likely, lookup
from workings.check.worlds import outcome

__all__ = ["KINDS", "Report", "Slip", "check", "grade", "likely", "lookup", "outcome", "paste", "slips"]
__all__ += ["step", "step_of"]
