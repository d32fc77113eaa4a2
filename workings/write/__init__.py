"""A listing for people: in names, in numbers, with its results, as mathematics, text or a program."""

from workings.write.forms import FORMS, explain
from workings.write.formulas import Formula, Markdown, derivation, formula, solution, steps

__all__ = ["FORMS", "Formula", "Markdown", "derivation", "explain", "formula", "solution", "steps"]
