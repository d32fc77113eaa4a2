"""Random networks to compare a script at, and how a value is a multiple of a partial there."""

import ast
from collections.abc import Iterable, Mapping

import numpy as np

from bplit.line import Value, calculated
from bplit.listing import Listing
from workings.check.stated import DRAWS, close, sizes_of
from workings.script.reader import bare

HALVINGS, SATURATED = 10, 6  # how often a draw is halved, and up to which net input it is not


class Drawn:
    """A listing at random networks: its values, the partials of its loss, and the size of their terms."""

    def __init__(self, listing: Listing, of: str, own: Mapping[str, float]) -> None:
        self.listing, self.of = listing, of
        self.given = draws(listing, of, own)
        self.values = listing.run(self.given)
        self.sweep = listing.sweep(self.values, of)
        self.partials, self.sizes = self.sweep.partials, sizes_of(self.sweep)

    def share(self, value: Value, by: str) -> float | None:
        """Return how many times the partial by a name a value is, if it is so everywhere, or None."""
        value, partial = np.broadcast_arrays(value, self.partials[by])
        square = float(np.sum(partial * partial))
        times = float(np.sum(value * partial)) / square if square else 0.0
        return times if times and close(value, times * partial, abs(times) * self.sizes[by]) else None


def ahead_of(listing: Listing, of: str) -> set[str]:
    """Return the names that lead to a loss, or stand above it and were meant to."""
    lines = listing.lines[: listing.names.index(of)]
    return {*listing.needed(of), *(name for line in lines for name in (line.name, *line.uses))}


def draws(listing: Listing, of: str, own: Mapping[str, float]) -> dict[str, Value]:
    """Return random numbers for the inputs: many where they lead to the loss, elsewhere one, as for a rate.

    Half of the many are below 0, so that a slope of 0 there is seen, unless a line has no value there.
    They are so small that no unit is saturated, and targets whose own numbers add up to 1 do so too.
    """
    random, size = np.random.default_rng(0), 2 / max(4, len(listing.inputs)) ** 0.5
    forward = ahead_of(listing, of)
    above = {
        name: random.uniform(0.1, 1.9, DRAWS if name in forward else None) * size for name in listing.inputs
    }
    # a 1 behind the loss is no rate: it is the local partial of a sum, as dz_db = 1
    above |= {name: 1.0 for name in above if name not in forward and own.get(name) == 1}
    signs = {name: random.choice([-1, 1], DRAWS) for name in above if name in forward}
    mixed = {name: value * signs.get(name, 1) for name, value in above.items()}
    for shrink in (1.0, 0.1, 0.01):
        for given in (mixed, above):
            try:
                small = {name: value * shrink if name in forward else value for name, value in given.items()}
                found = adding_up(unsaturated(listing, forward, small), listing, of, own)
                listing.sweep(listing.run(found), of)
                return found
            except ValueError:
                continue
    return above


def unsaturated(listing: Listing, forward: set[str], given: dict[str, Value]) -> dict[str, Value]:
    """Return given numbers, smaller where 1 minus the output of a unit would have lost its digits."""
    for _ in range(HALVINGS):
        values, hot = listing.run(given), np.zeros(DRAWS, dtype=bool)
        for line in listing.lines:
            for part in ast.walk(line.expression):
                match part:
                    case ast.Call(func=ast.Name(id="exp" | "sigmoid" | "tanh"), args=[inner]):
                        if line.name in forward:
                            hot = hot | (np.abs(calculated(line, inner, values)) > SATURATED)
        if not hot.any():
            break
        given = {name: np.where(hot, v / 2, v) if name in forward else v for name, v in given.items()}
    return given


def adding_up(
    given: dict[str, Value], listing: Listing, of: str, own: Mapping[str, float]
) -> dict[str, Value]:
    """Return given numbers with targets that add up to 1 if their own numbers do, as of softmax.

    Those that do not even lead to the loss, which has the logarithm of the right output only, stay as
    they are.
    """
    needed = listing.needed(of)
    forward = [line for line in listing.lines if line.name in needed]
    logs = {line.name for line in forward if "log(" in ast.unparse(line.expression)}
    ends = logs | {line.name for line in forward if bare(line.name) == bare(of)}
    users = {name: {line.name for line in forward if name in line.uses} for name in given}
    targets = [name for name, lines in users.items() if lines and lines <= ends]
    idle = [name for name, lines in users.items() if not lines and own[name] in (0, 1)]
    if logs and len(targets) > 1 and same(sum(own[name] for name in targets), 1):
        total = sum(abs(given[name]) for name in targets)
        given = given | {name: abs(given[name]) / total for name in targets}
    if logs and len(idle) > 1 and sum(own[name] for name in idle) == 1:
        given = given | {name: own[name] for name in idle}
    return given


def same(a: float | None, b: float | None) -> bool:
    """Say whether two factors are equal."""
    return a is not None and b is not None and abs(a - b) <= 1e-6 * max(abs(a), abs(b))


def usual(factors: Iterable[float | None], wanted: float = 1.0) -> float:
    """Return the wanted factor, or one that most have: 2 only if none is as wanted, 1 if most known ones are.

    >>> usual([2, 2, None]), usual([2, 1, 2]), usual([-1, 1, -1]), usual([None, 1, None], wanted=-1)
    (2, 1.0, -1, 1)
    """
    found = [*factors]
    known = [one for one in found if one is not None]
    for one in known:
        most = 2 * sum(same(one, other) for other in known) > len(known if same(one, 1) else found)
        if most and (same(one, -wanted) or not any(same(wanted, other) for other in known)):
            return one
    return wanted
