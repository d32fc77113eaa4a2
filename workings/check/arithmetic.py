r"""The calculations in a pasted text, each by itself: whatever a number is called, its own line must give it.

>>> text = "z2 = 0.2*0.4 + 0.5*0.7 + 0.2 = 0.08 + 0.35 + 0.2 = 0.53\nh2 = σ(0.53) = 0.6295"
>>> [(one.calculation, one.value, one.printed) for one in recalculated(text) if not one.fits]
[('0.08 + 0.35 + 0.2', '0.63', '0.53')]
"""

import re
from collections.abc import Iterator
from decimal import Decimal
from itertools import islice, pairwise
from typing import NamedTuple

import numpy as np

from bplit.line import KNOWN, evaluated
from workings.check.calculated import LONGEST_SUM
from workings.check.cleaned import UNSIGNED, numbered_rows
from workings.net.files import own_line
from workings.words import WORDS

ALONE = rf"(?<![\w.]){UNSIGNED}"
CALLED_AS = {"sigmoid": r"σ|sigm?|logsig", "tanh": "tgh?|th", "log": "ln", "exp": "exp"}
CALLED_AS |= {key: f"{own}|(?:{WORDS['activations'].get(key, key)})\\w*" for key, own in CALLED_AS.items()}
CALCULATES = r"[\d)]\s*[-+*/^]|\d\s*\(|[^\W\d]\s*\("
SAID_BEFORE = r".*(?:: ?|(?<![^\W_])[^\W\d_]{2,} )(?=-?[\d(½])"  # words before a calculation
SAID_BEHIND = r"(?<=\d)(?:\.$| ?\((?=[^\W\d]{2}).*)"  # the end of a sentence, and words behind a number
CHECKED = 500  # so many calculations of a text
GIVEN_PLACES = 2  # a number with so many decimals may be given, and one with more is rounded


class Recalculation(NamedTuple):
    """A calculation, what it gives, in as many digits as are printed behind it, and whether these fit."""

    line: int
    calculation: str
    value: str
    printed: str
    fits: bool


class Result(NamedTuple):
    """What a calculation gives, how far rounded numbers in it may put it off, and its last decimal."""

    value: float
    off: float
    places: int


def recalculated(text: str) -> Iterator[Recalculation]:
    """Go through the calculations of a text that numbers are printed behind."""
    for line, calculation, printed in islice(calculations(text), CHECKED):
        found, wanted = worked_out(calculation), worked_out(printed)
        if found and wanted:
            most = 1.01 * (found.off + wanted.off) + 0.99 * 10.0**-wanted.places  # it may be cut off
            value = f"{found.value:.{wanted.places}f}"
            yield Recalculation(line, calculation, value, printed, abs(found.value - wanted.value) <= most)


def calculations(text: str) -> Iterator[tuple[int, str, str]]:
    """Go through the calculations of a text: their lines, and what stands behind each."""
    for line, row in numbered_rows(text):
        for chain in re.split(r"[;\t\n]|,\s", row):
            first, *others = (part.strip() for part in re.split("[=→]", chain))
            # what begins with a sign goes on with another column
            parts = others if re.match("[-+]", first) else [first, *others]
            for before, behind in pairwise(parts):
                calculation = re.split(SAID_BEFORE, before[-2 * LONGEST_SUM :])[-1]
                printed = re.sub(SAID_BEHIND, "", behind[: 2 * LONGEST_SUM])
                if max(len(calculation), len(printed)) <= LONGEST_SUM and re.search(CALCULATES, calculation):
                    yield line, calculation, printed


def worked_out(text: str) -> Result | None:
    """Return what a calculation with numbers gives, or None if it is none."""
    spelled_out = as_calculation(text)
    figures = re.findall(ALONE, spelled_out)
    words = {*re.findall(r"[^\W\d]\w*", re.sub(ALONE, "", spelled_out))}
    if not any("." in one for one in figures) or not words <= KNOWN.keys():
        return None
    names = iter(figure if "." not in figure else f"n{k}" for k, figure in enumerate(figures))
    broken = {f"n{k}": figure for k, figure in enumerate(figures) if "." in figure}
    try:
        line = own_line("own", re.sub(ALONE, lambda _: next(names), spelled_out), [*broken])
    except ValueError:
        return None
    values = np.array([*map(float, broken.values())])
    places = [max(0, -int(Decimal(figure).as_tuple().exponent)) for figure in broken.values()]
    units = [10.0**-n / 2 if n > GIVEN_PLACES else 0 for n in places]
    with np.errstate(all="ignore"):
        each = [
            float(evaluated(line.expression, dict(zip(broken, moved, strict=True))))
            for moved in (values, *(values + np.diag(units)), *(values - np.diag(units)))
        ]
    moves = np.abs(np.array(each[1:]) - each[0]).reshape(2, -1)
    return Result(each[0], float(moves.max(axis=0).sum()), max(places)) if np.isfinite(each).all() else None


def as_calculation(text: str) -> str:
    """Return a calculation with its signs and functions as a listing has them.

    >>> as_calculation("½(0.2 - 0.7)^2"), as_calculation("tanh 0.4"), as_calculation("1/(1 + e^-0.3)")
    ('(1/2)*(0.2 - 0.7)**2', 'tanh(0.4)', '1/(1 + exp(-0.3))')
    """
    text = re.sub("½", "(1/2)", text.replace("[", "(").replace("]", ")"))
    text = re.sub(r"(?<!\w)e ?\^ ?(?=\()", "exp", text)
    text = re.sub(rf"(?<!\w)e ?\^ ?(-?{ALONE})", r"exp(\1)", text)
    for name, ways in CALLED_AS.items():
        text = re.sub(rf"(?i)(?<!\w)(?:{ways}) ?(?=\()", name, text)
        text = re.sub(rf"(?i)(?<!\w)(?:{ways}) ?(-?{ALONE})", rf"{name}(\1)", text)
    return re.sub(r"(?<=[\d)]) ?(?=\()", "*", text).replace("^", "**")
