"""What a script states at random networks: its ends, and whose partial each of its lines is."""

import ast
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice

import numpy as np

from bplit.line import Value, exponent
from workings.script.draws import Drawn, same
from workings.script.ends import NET, RETURNED, End, Script
from workings.script.followed import IN_BRACKETS, bare, place
from workings.script.repairs import TURN, Group, Repairs, grouped


class Compared:
    """What a script states at random networks, next to what the sweep says there.

    ``ratio`` is how many times the right one each end is, nan if it is no multiple; ``known`` is whose
    partial each line behind the loss is, and how many times.
    """

    def __init__(self, script: Script) -> None:
        self.script, self.graph, self.drawn = script, script.graph, Drawn(script)
        self.groups = [g for g in grouped(script.graph) if self.drawn.values.keys() >= {*g.lines}]
        self.repairs = Repairs(script.graph, self.groups, script.forward)
        self.families: dict[str, dict[str, str]] = {}  # the quantities of arrays, by their places
        for name in self.drawn.quantities:
            self.families.setdefault(IN_BRACKETS.sub("", name), {})[place(name)] = name
        self.settled: set[str] = set()  # ends of which everything is told
        self.rooted = [end for end in script.ends if end.step and self.has_root(end.line)]
        steps = {end.by for end in self.rooted}
        ends = [end for end in script.ends if end not in self.rooted]
        ends += [End(line, by, False) for line, by in script.stated.items() if by in steps]
        self.ends = [end for end in ends or self.returned() if np.any(self.drawn.partials[end.by])]
        self.reach = {end.line: self.graph.needed(end.line) for end in self.ends}
        self.compare()

    def has_root(self, line: str) -> bool:
        """Say whether a step has a root or a fractional power in it, outside of what leads to the loss."""
        for name in self.graph.needed(line) - self.script.forward - self.graph.own.keys():
            for part in ast.walk(self.graph.lines[name].expression):
                match part:
                    case ast.Call(func=ast.Name(id="sqrt")):
                        return True
                    case ast.BinOp(op=ast.Pow(), right=power) if exponent(power) % 1:
                        return True
        return False

    def returned(self) -> Iterator[End]:
        """Go through what functions return that nobody calls, by whose partial it is."""
        for statement in self.graph.followed.statements:
            for name in statement.lines.flat if RETURNED.search(statement.name) else ():
                some = self.drawn.recognized(self.drawn.values[name]) if name in self.drawn.values else ()
                yield from islice((End(name, by, False) for by, _ in some if by in self.graph.own), 1)

    def compare(self) -> None:
        """Compare all ends, and know again what each line is the partial by."""
        self.ratio = {end.line: float(self.ratios(end, self.drawn.values)) for end in self.ends}
        below = set().union(*self.reach.values()) - self.script.forward
        some = [name for name in self.graph.lines if name in below or name in self.script.stated]
        self.known = {name: [*self.drawn.recognized(self.drawn.values[name])] for name in some}
        self.usual = mode((found[0][1] for found in self.known.values() if found), 1.0)
        self.usual_own = mode(filter(None, map(self.of_own, self.ends)), self.usual)
        self.base = {step: self.common(step) for step in (True, False)}
        right = (self.of_own(end) for end in self.ends if self.fine(end))
        self.usual_own = mode(filter(None, right), self.usual_own)
        # what leads to ends that are right
        self.sound = set().union(*(self.reach[end.line] for end in self.ends if self.fine(end)))

    def ratios(self, end: End, values: Mapping[str, Value]) -> np.ndarray:
        """Return how many times the partial an end is, or the step that it takes."""
        value, old = values[end.line], values[end.by]
        if end.step:
            return self.drawn.factor(old - value, end.by, 1e-15 * np.abs(old))
        return self.drawn.factor(value, end.by)

    def of_own(self, end: End) -> float | None:
        """Return how many times its partial a line before an end is, if there is one."""
        used = self.reach[end.line] - ({end.line} if end.step else set())
        found = (f for name in used for q, f in self.known.get(name, ()) if q == end.by)
        return next(found, None)

    def common(self, step: bool) -> float | None:
        """Return the factor that most ends of a kind have; of as many, that of a usual partial."""
        known = [(end, self.ratio[end.line]) for end in self.ends if end.step == step]
        known = [(end, ratio) for end, ratio in known if ratio and np.isfinite(ratio)]
        rates = self.rates().values()

        def rank(one: tuple[End, float]) -> tuple[float, ...]:
            end, ratio = one
            own = self.of_own(end)
            usual = own is None or same(own, self.usual_own)
            named = any(same(abs(ratio), rate) for rate in rates)
            count = sum(same(ratio, other) for _, other in known)
            return count, ratio > 0, usual, named, same(abs(ratio), 1) != step

        return max(known, key=rank)[1] if known else None

    def rates(self) -> dict[str, float]:
        """Return the script's own numbers that lead to no loss, as they are at the random networks."""
        names = [n for n in self.graph.own if n not in self.script.forward and n in self.drawn.values]
        return {name: abs(float(self.drawn.values[name][0])) for name in names}

    def fine(self, end: End) -> bool:
        """Say whether an end is as many times the right one as most are."""
        return same(self.ratio[end.line], self.base[end.step])

    def wrong(self) -> list[End]:
        """Return the ends that are not right, and of which nothing is told yet."""
        return [end for end in self.ends if end.line not in self.settled and not self.fine(end)]

    def blameless(self, end: End) -> bool:
        """Say whether what a step is made of is right, so that the step itself is to blame."""
        if (own := self.of_own(end)) is not None:
            return same(own, self.usual_own)
        direct = [self.known[name] for name in self.graph.uses(end.line) if name in self.known]
        return all(any(same(f, self.usual) for _, f in found) for found in direct)

    def is_right(self, group: Group) -> bool:
        """Say whether a statement is the partial that its name says, as far as that can be told."""
        square = len(group.shape) == 2 and group.shape[0] == group.shape[1]
        for name in group.lines:
            fits = []
            for by, factor in self.known.get(name, []):
                usual = self.usual_own if by in self.graph.own else self.usual
                other = TURN.sub(r"\2,\1]", place(name))
                turned = square and place(by).endswith(other) and not place(by).endswith(place(name)[1:])
                fits += [by] if same(factor, usual) and self.may_be(name, by) and not turned else []
            # the partial by an output, where one would expect that by its net input
            unit = all(self.is_unit(by) for by in fits) and name not in self.script.stated
            if not fits or (unit and "err" not in bare(name).lower()):
                return False
        return True

    def may_be(self, name: str, by: str) -> bool:
        """Say whether a line may be the partial by something, going by what it is called."""
        claim = self.script.stated.get(name, by)
        return by in {claim, f"{claim}{NET}", *self.graph.uses(claim)}

    def is_unit(self, name: str) -> bool:
        """Say whether a name is the output of a unit: a function of its net input."""
        return name in self.graph.lines and isinstance(self.graph.lines[name].expression, ast.Call)

    def is_clean(self, group: Group) -> bool:
        """Say whether all that a statement is made of is right, as far as that can be told."""
        below = self.graph.needed(*group.lines) - self.script.forward - self.sound - {*group.lines}
        return all(self.known[name] for name in below if name in self.known)


def mode(some: Iterable[float | None], otherwise: float) -> float:
    """Return the number that comes most often, the first of as many, or another one if there is none."""
    found = [one for one in some if one is not None and np.isfinite(one)]
    return max(found[:200], key=lambda one: sum(same(one, other) for other in found), default=otherwise)
