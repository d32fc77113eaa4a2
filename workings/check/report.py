"""What is said of printed figures: each with its verdict, and with what explains it."""

import ast
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from functools import lru_cache
from textwrap import wrap
from typing import Any, NamedTuple

import numpy as np

from bplit.given import EXACT
from bplit.line import Value
from workings.check.changes import said
from workings.check.mistakes import Slip
from workings.net.writer import Worked

NOISE = 1e-13  # of a number: what floats do to the last of its 16 digits
TELLING = 3  # so much must speak for a slip that it is told from others
RIVALS = 2  # so many other explanations are written out
WIDTH = 88  # of a report
SINGLE_DIGITS = 7  # so many digits single precision has; figures with more show it
VERDICTS = ("agrees", "rounding", "follows", "wrong")


class Figure(NamedTuple):
    """A printed figure: after how many updates, under which name, its digits.

    ``at`` is the pass in which ``line`` calculates it; ``value`` is what is printed, ``unit`` the worth
    of its last digit; ``given`` says that it is not calculated at all.
    """

    after: int
    name: str
    printed: str
    at: int
    line: str
    value: float
    unit: float
    given: bool = False

    def __str__(self) -> str:
        return said("figure after", name=self.name, updates=self.after) if self.after else self.name

    @property
    def digits(self) -> int:
        """How many digits are printed, from the first that is not 0."""
        return len(self.decimal.as_tuple().digits)

    @property
    def decimal(self) -> Decimal:
        """What is printed, as a decimal number."""
        return decimal_in(self.printed)

    @property
    def places(self) -> int:
        """How many decimals are printed."""
        return -int(self.decimal.as_tuple().exponent)

    @property
    def single(self) -> bool:
        """Whether its digits show single precision."""
        return self.digits >= SINGLE_DIGITS - 2 and in_single(self.decimal)

    def shown(self, value: float, more: int = 0) -> str:
        """Return a number to as many decimals as are printed, and to more if it would show no digit."""
        if self.given:  # it has no more digits than that
            return repr(value)
        unit = Decimal(1).scaleb(int(self.decimal.as_tuple().exponent) - more)
        text = Decimal(repr(value)).quantize(unit, ROUND_HALF_UP, EXACT)
        if text and "e" not in self.printed.lower():
            return f"{text:f}"
        return f"{value or 0.0:.{max(self.digits, 3)}g}"  # a zero has no sign

    def is_(self, value: Value, noise: float = NOISE) -> Value:
        """Say whether a number, or each of many, has the printed digits, rounded."""
        few = min(1e-15, self.unit / 2)  # a sum of 0 may come out as 1e-17
        with np.errstate(invalid="ignore"):
            return np.abs(value - self.value) <= self.unit / 2 + noise * abs(self.value) + few

    def cut(self, value: Value, noise: float = NOISE) -> Value:
        """Say whether a number, or each of many, has the printed digits if the others are cut off."""
        sign = -1.0 if self.printed[0] in "-−" else 1.0
        with np.errstate(invalid="ignore"):
            rest = (sign * value - abs(self.value)) / self.unit
            size = abs(self.value) / self.unit
            return (rest >= -NOISE * size) & (rest < 1 - noise * size)


@lru_cache(10_000)
def decimal_in(printed: str) -> Decimal:
    """Return what is printed, as a decimal number."""
    return Decimal(printed.replace("−", "-"))


def in_single(printed: Decimal) -> bool:
    """Say whether a number of single precision is printed so: in its shortest text, or in many digits."""
    with np.errstate(over="ignore"):
        number = np.float32(float(printed))
    if not np.isfinite(number):
        return False
    _, digits, end = shortest = printed.as_tuple()
    exact = Decimal(float(number)).quantize(Decimal(1).scaleb(int(end)), ROUND_HALF_EVEN, EXACT)
    return (len(digits) > SINGLE_DIGITS and exact == printed) or Decimal(str(number)).as_tuple() == shortest


def figure_of(worked: Worked, after: int, name: str, printed: str) -> Figure:
    """Return a printed figure, with the pass and the line that calculate it."""
    at, line = after, name
    if after and name in worked.updates:  # a weight after n updates is what pass n - 1 made of it
        at, line = after - 1, worked.updates[name]
    number = decimal_in(printed)
    unit = float(Decimal(1).scaleb(int(number.as_tuple().exponent)))
    return Figure(after, name, printed, at, line, float(number), unit, line in worked.given)


class Found(NamedTuple):
    """What explains a wrong figure: its words, the figures that it gives, and how much speaks for it.

    ``score`` counts the digits that it gives, less what it breaks: figures that are right and would not be.
    ``equals`` are other explanations for which as much speaks. ``finish`` says that it gives the figure only
    from ``printed`` ones above it, with ``rounded`` results, or ``nearly``.
    """

    slips: tuple[Slip, ...]
    says: str
    gives: tuple[Figure, ...]
    score: float = 0
    breaks: tuple[Figure, ...] = ()
    finish: str = ""
    equals: tuple["Found", ...] = ()


class Verdict(NamedTuple):
    """What a printed figure is: one of `VERDICTS`, the exact value, and why."""

    figure: Figure
    exact: float
    word: str
    why: str = ""
    found: Found | None = None


class Report(NamedTuple):
    """The verdicts on all figures, in the order of the calculation."""

    verdicts: tuple[Verdict, ...]

    @property
    def right(self) -> bool:
        """Whether every figure agrees, or is explained by rounding."""
        return all(verdict.word in VERDICTS[:2] for verdict in self.verdicts)

    @property
    def record(self) -> dict[str, Any]:
        """The report in plain dicts, lists, texts and numbers, as JSON has them."""
        rows = []
        for figure, exact, word, why, found in self.verdicts:
            row: dict[str, Any] = {"after": figure.after, "name": figure.name, "printed": figure.printed}
            row |= {"verdict": word, "exact": exact, "why": why}
            if found:
                nodes = {name: node for slip in found.slips for name, node in slip.changes.items()}
                row["slip"] = {
                    "kinds": [slip.kind for slip in found.slips],
                    "says": found.says,
                    "lines": {name: ast.unparse(node) for name, node in nodes.items()},
                    "gives": [str(other) for other in found.gives],
                    "breaks": [str(other) for other in found.breaks],
                    "rivals": [rival.says for rival in found.equals],
                }
            rows.append(row)
        return {"right": self.right, "counts": self.counts, "figures": rows}

    @property
    def counts(self) -> dict[str, int]:
        """How many figures got each verdict."""
        return {word: sum(v.word == word for v in self.verdicts) for word in VERDICTS}

    def __str__(self) -> str:
        wide = max((len(str(v.figure)) for v in self.verdicts), default=0)
        long = max((len(v.figure.printed) for v in self.verdicts), default=0)
        rows = []
        if first := next((v for v in self.verdicts if v.word == "wrong"), None):
            right = first.figure.shown(first.exact)
            rows += [said("trouble", figure=first.figure, printed=first.figure.printed, right=right), ""]
        for figure, exact, word, why, _ in self.verdicts:
            row = f"{figure!s:{wide}}  {figure.printed:{long}}  {said(word):8}"
            row += f" {figure.shown(exact, more=word == 'rounding')}" if word != "agrees" else ""
            rows.append(row.rstrip())
            for line in why.splitlines():
                rows += wrap(line, WIDTH, initial_indent="    ", subsequent_indent="      ")
        counts = ", ".join(said(f"counted: {word}", count=n) for word, n in self.counts.items() if n)
        many, n = "one figure" if len(self.verdicts) == 1 else "figures", len(self.verdicts)
        return "\n".join([*rows, "", said(many, count=n, verdicts=counts or said("counted: none"))])


def described(found: Found, figure: Figure) -> str:
    """Return what explains a figure as a person reads it: one cause, and few others."""
    more = [str(other) for other in found.gives if other != figure]
    also = said("also" if len(more) > 1 else "also one", figures=", ".join(more)) if more else ""
    other = {
        (*(slip.says for slip in one.slips), "" if one.slips else one.says): one.says for one in found.equals
    }
    other.pop((*(slip.says for slip in found.slips), ""), None)  # the same slip, made in more lines
    equals = [*other.values()][:RIVALS]
    if not found.slips:
        others = [said("another reason", reason=says) for says in equals]
        return "\n".join(filter(None, [said("ends", text=found.says), also, *others]))
    says = said(f"finish {found.finish}".strip(), slip=found.says, places=figure.places)
    if found.score < TELLING:
        return said("few digits", slips=said("or that").join([says, *equals]))
    breaks = said("breaks", figures=", ".join(map(str, found.breaks))) if found.breaks else ""
    rivals = said("rivals", slips=said("or").join(equals)) if equals else ""
    return "\n".join(filter(None, [said("as printed", slip=says), also, breaks, rivals]))
