"""Solving for one number: which other value of a number that was given, or that a line uses, gives a figure.

A solution is believed only if it is a short number, as people write them, and much shorter than the figure.
"""

import ast
from collections.abc import Callable, Sequence
from functools import partial
from math import floor, log10

import numpy as np

from bplit.line import Value, evaluated, replaced
from workings.check.mistakes import Slip, slip_of
from workings.check.report import Figure
from workings.check.trials import Choice, Trials
from workings.net.writer import Worked

SHORTER = 3  # so many digits a solution has less than the figure
SURE = 100  # so many times nearer than by chance a short number must be
LONGEST = 3  # so many digits it has at most
ROUNDS = 12  # of the secant method
SOLVED = 10  # in more passes nobody looks for a number


def solutions(trials: Trials, figure: Figure) -> list[Choice]:
    """Return the numbers that give a figure in place of one that it is calculated from, shortest first."""
    case = trials.case
    if case.telling[figure] <= SHORTER or figure.at > SOLVED or figure.line not in case.lines.lines:
        return []
    found: list[tuple[int, Choice]] = []
    size = [abs(value) for value in case.lines.given.values() if value]
    least, most = min(size, default=1) / 10, max(1.0, *size)
    given = sorted(case.lines.given, key=partial(turn, case.worked))

    def short(row: Value) -> set[float]:
        shorts = set()
        for x, off in row.T.tolist() if np.isfinite(row).all() else ():
            digits = (n for n in range(1, min(LONGEST, case.telling[figure] - SHORTER) + 1))
            near = {
                float(f"{x:.{n}g}")
                for n in digits
                if SURE * off <= 10.0 ** (floor(log10(abs(x) or 1)) - n + 1)
            }
            shorts |= {value for value in near if abs(value - x) <= 2 * off and least <= abs(value) <= most}
        return shorts

    def of_given(x: Value) -> Value:
        choices = [(Slip("", "", {}, {name: row}),) for name, row in zip(given, x, strict=True)]
        return trials.worlds(choices, [figure], 0)[0]

    start = np.array([[case.lines.given[name]] * 2 for name in given])
    for name, row in zip(given, solved(of_given, start, figure), strict=True):
        old = case.lines.given[name]
        for x in short(row) - {old}:
            slip = slip_of("number", {name: x}, new=repr(x), name=name, old=repr(old))
            found.append((len(repr(x)), (slip,)))
    line = case.lines.lines[figure.line]
    exact = case.exact[figure.at]
    values = {use: np.array([exact[use], case.told.get((figure.at, use), exact[use])]) for use in line.uses}
    for name in line.uses:

        def of_own(x: Value, name: str = name) -> Value:
            return evaluated(line.expression, {**values, name: x})

        for x in short(solved(of_own, values[name], figure)):
            changed = {line.name: replaced(line.expression, {name: ast.Constant(x)})}
            slip = slip_of("number", new=repr(x), name=name, old=f"{exact[name]:.6g}")
            found.append((len(repr(x)), (slip._replace(changes=changed),)))
    return [choice for _, choice in sorted(found, key=lambda one: one[0])]


def turn(worked: Worked, name: str) -> int:
    """Return which number people mistake first: the rate, a bias, a weight, an input, a target."""
    biases = [bias for layer in worked.layers for bias in layer.biases or ()]
    weights = [weight for layer in worked.layers for row in layer.weights for weight in row]
    groups: list[Sequence[str]] = [biases, weights, worked.x, worked.y]
    return next((n for n, group in enumerate(groups, 1) if name in group), 0)


def solved(function: Callable[[Value], Value], start: Value, figure: Figure) -> Value:
    """Return where a function has the figure's value, by the secant method, and how exactly it is known.

    Each is an array, on an axis before the last: nan or nonsense where there is no such place.
    """
    with np.errstate(all="ignore"):
        before, x = start, start + 0.01 * np.maximum(np.abs(start), 0.1)
        last = function(before) - figure.value
        slope = np.ones_like(x)
        for _ in range(ROUNDS):
            now = function(x) - figure.value
            slope = np.where(x == before, slope, (now - last) / (x - before))
            before, last, x = x, now, x - now / slope
        return np.stack([x, figure.unit / 2 / np.abs(slope)], axis=-2)
