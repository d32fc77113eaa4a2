"""A listing for people: in names, in numbers, with its results, as mathematics, text or a program."""

from workings.write.forms import LEVELS, blank_sheet, explain
from workings.write.formulas import Formula, Markdown, derivation, formula, solution, steps
from workings.write.pages import FORMS

__all__ = ["FORMS", "LEVELS", "Formula", "Markdown", "blank_sheet", "derivation", "explain", "formula"]
__all__ += ["solution", "steps"]
