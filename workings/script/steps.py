"""What the updates of a script do: how many times which partial they take away."""

import ast
from collections.abc import Mapping
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from bplit.line import Value
from bplit.listing import Listing
from workings.check.stated import DRAWS
from workings.script.draws import Drawn, same
from workings.script.naming import NEW
from workings.script.reader import bare


class Step(NamedTuple):
    """What an update does: minus how many times the partial it adds, and whose it takes instead."""

    weight: str
    new: str
    times: float | None
    inline: bool
    others: tuple[str, ...]
    moves: tuple[str, ...]  # the lines that each do so, if there are several


def steps_of(drawn: Drawn, updates: Mapping[str, str], means: Mapping[str, str], c: float) -> list[Step]:
    """Return what the updates do, if every stated partial is c times the right one."""
    cut = Listing(tuple(line for line in drawn.listing.lines if line.name not in means))
    right = {line: c * drawn.partials[by] for line, by in means.items()}
    at = cut.run({name: right.get(name, drawn.values[name]) for name in cut.inputs})
    found = []
    for weight, new in updates.items():
        needed = cut.needed(new)
        own = [line for line, by in means.items() if by == weight and line in needed]
        others = [line for line, by in means.items() if line in needed and by in {*updates} - {weight}]
        if own:
            slopes = cut.sweep(at, new).partials
            rates = -sum((slopes[line] for line in own), np.zeros(DRAWS))
            times = float(rates[0] * np.sign(c)) if np.ptp(rates) <= 1e-9 * abs(rates[0]) else None
            others += [name for name in updates if name in needed and name != weight]
            others += [""] * (weight not in needed)  # an empty name: it does not start at the weight
        else:
            times = drawn.share(at[weight] - at[new], weight)
            times = None if times is None else times / abs(c)
            others = [] if times is not None else others
        called = {bare(weight), *(form.format(bare(weight)) for form in NEW)}
        chain = pairwise([weight, *(line for line in cut.names if bare(line) in called)])
        moves = [line for before, line in chain if drawn.share(at[line] - at[before], weight) is not None]
        found.append(Step(weight, new, times, not own, tuple(others), tuple(moves)))
    return found


def common_rate(taken: list[Step], given: Mapping[str, Value], spare: list[str]) -> float:
    """Return the rate that most updates have: of as many, one that has a name, and then any but 1."""
    sizes = [abs(step.times) for step in taken if step.times is not None and not step.others]

    def rank(size: float) -> tuple[int, bool, bool]:
        name = any(same(size, abs(float(given[name]))) for name in spare)
        return sum(same(size, other) for other in sizes), name, not same(size, 1)

    return max(sizes, key=rank, default=1.0)


def rooted(listing: Listing, of: str, new: str) -> bool:
    """Say whether an update has a root or a fractional power in it, outside of what leads to the loss."""
    needed = listing.needed(new) - listing.needed(of)
    for line in listing.lines:
        if line.name in needed:
            for part in ast.walk(line.expression):
                match part:
                    case (
                        ast.Call(func=ast.Name(id="sqrt"))
                        | ast.BinOp(op=ast.Pow(), right=ast.Constant(value=float()))
                    ):
                        return True
    return False
