"""The search for what is wrong in a script: the statement that, written otherwise, makes most ends right."""

import ast
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import NamedTuple

import numpy as np

from bplit.line import Value, evaluated
from workings.script.draws import NETWORKS, Drawn, multiple, same
from workings.script.ends import NET, RETURNED, End, Script
from workings.script.followed import bare, place
from workings.script.repairs import Group, Repair, Repairs, grouped

EFFORT = 400_000  # so many parts of expressions are calculated in search of one repair
FITS = 6  # so many repairs of one statement are told


class Found(NamedTuple):
    """A statement that is wrong: what its lines should be worth, and repairs that give that.

    ``by`` says whose partials they should be, if any, ``mends`` which ends become right.
    """

    group: Group
    wanted: Mapping[str, Value]
    by: Mapping[str, str]
    mends: tuple[str, ...]
    breaks: int
    repairs: tuple[Repair, ...]
    update: bool


class Search:
    """What a script states at random networks, next to what the sweep says there."""

    def __init__(self, script: Script) -> None:
        self.script, self.graph, self.drawn = script, script.graph, Drawn(script)
        self.groups = grouped(script.graph)
        self.repairs = Repairs(script.graph, self.groups, script.forward)
        self.settled: set[str] = set()  # ends of which everything is told
        self.rooted = [end for end in script.ends if end.step and self.has_root(end.line)]
        steps = {end.by: end for end in self.rooted}
        stated = [End(line, by, False) for line, by in script.stated.items() if by in steps]
        ends = [end for end in script.ends if end not in self.rooted] + stated
        self.ends = [end for end in ends if np.any(self.drawn.partials[end.by])]
        if not script.ends:
            self.ends = [*self.returned()]
        self.reach = {end.line: self.graph.needed(end.line) for end in self.ends}
        self.effort = EFFORT
        self.refresh()

    def refresh(self) -> None:
        """Compare all ends, and know again what each line is the partial by."""
        self.ratio = {end.line: float(self.ratios(end, self.drawn.values)) for end in self.ends}
        self.known: dict[str, list[tuple[str, float]]] = {}
        below = set().union(*self.reach.values()) - self.script.forward if self.reach else set[str]()
        for name in self.graph.lines:
            if name in below or name in self.script.stated:
                self.known[name] = [*self.drawn.recognized(self.drawn.values[name])]
        self.usual = mode([found[0][1] for found in self.known.values() if found], 1.0)
        self.usual_own = mode(filter(None, map(self.of_own, self.ends)), self.usual)
        self.base = {step: self.common(step) for step in (True, False)}
        right = [own for end in self.ends if self.fine(end) and (own := self.of_own(end)) is not None]
        self.usual_own = mode(right, self.usual_own)

    def of_own(self, end: End) -> float | None:
        """Return how many times its partial the last line before an end is that is a multiple of it."""
        used = self.reach[end.line] - self.script.forward
        found = [
            f
            for name in used - ({end.line} if end.step else set())
            for q, f in self.known.get(name, ())
            if q == end.by
        ]
        return found[0] if found else None

    def has_root(self, line: str) -> bool:
        """Say whether a step has a root or a fractional power in it, outside of what leads to the loss."""
        for name in self.graph.needed(line) - self.script.forward:
            for part in ast.walk(self.graph.lines[name].expression) if name in self.graph.lines else ():
                match part:
                    case ast.Call(func=ast.Name(id="sqrt")):
                        return True
                    case ast.BinOp(op=ast.Pow(), right=ast.Constant(value=power)) if power % 1:
                        return True
        return False

    def returned(self) -> Iterator[End]:
        """Go through what functions return that nobody calls, by whose partial it is."""
        for statement in self.graph.followed.statements:
            if RETURNED.search(statement.name):
                for name in statement.lines.flat:
                    some = self.drawn.recognized(self.drawn.values[name]) if name in self.drawn.values else ()
                    if by := next((q for q, _ in some if q in self.graph.own), None):
                        yield End(name, by, False)

    def stated_size(self) -> float:
        """Return how many times the right ones the stated partials are, if most agree."""
        pairs = [(name, by) for name, by in self.script.stated.items() if by in self.graph.own]
        pairs += [(end.line, end.by) for end in self.ends if not end.step]
        found = [f for name, by in pairs for q, f in self.known.get(name, ()) if q == by]
        sizes = [f for f in found if 2 * sum(same(f, other) for other in found) > len(found)]
        return sizes[0] if sizes else 1.0

    def rates(self) -> dict[str, float]:
        """Return the script's own numbers that do not lead to the loss, as they are at the random networks."""
        names = [n for n in self.graph.own if n not in self.script.forward and n in self.drawn.values]
        return {name: abs(float(self.drawn.values[name][0])) for name in names}

    def odd_partials(self, end: End) -> bool:
        """Say whether what a step is made of is no usual partial, so that the step is not to blame."""
        if (own := self.of_own(end)) is not None:
            return not same(own, self.usual_own)
        direct = [self.known[name] for name in self.graph.uses(end.line) if name in self.known]
        return not all(any(same(f, self.usual) for _, f in found) for found in direct)

    def ratios(self, end: End, values: Mapping[str, Value]) -> np.ndarray:
        """Return how many times the partial an end is, or its step."""
        value = values[end.line]
        noise: Value = 0.0
        if end.step:
            noise = 1e-15 * np.abs(values[end.by])
            value = values[end.by] - value
        return self.drawn.factor(value, end.by, noise)

    def common(self, step: bool) -> float | None:
        """Return the factor that most ends of a kind have; of as many, that of a usual partial."""
        known = [
            (end, self.ratio[end.line]) for end in self.ends if end.step == step and self.ratio[end.line]
        ]
        known = [(end, ratio) for end, ratio in known if np.isfinite(ratio)]
        if not known:
            return None
        rates = self.rates().values()

        def rank(one: tuple[End, float]) -> tuple[float, ...]:
            end, ratio = one
            own = self.of_own(end)
            usual = own is None or same(own, self.usual_own)
            named = any(same(abs(ratio), value) for value in rates)
            count = sum(same(ratio, other) for _, other in known)
            return count, ratio > 0, usual, named, same(abs(ratio), 1) != step

        return max(known, key=rank)[1]

    def fine(self, end: End) -> bool:
        """Say whether an end is as many times the right one as most are."""
        return same(self.ratio[end.line], self.base[end.step])

    def wrong(self) -> list[End]:
        """Return the ends that are not right."""
        return [end for end in self.ends if end.line not in self.settled and not self.fine(end)]

    def is_right(self, group: Group) -> bool:
        """Say whether a statement is the partial that its name says, as far as that can be told."""
        for name in group.lines:
            found = self.known.get(name, [])
            claim = self.script.stated.get(name)
            usual = {q: self.usual_own if q in self.graph.own else self.usual for q, _ in found}
            fits = [q for q, f in found if same(f, usual[q]) and q in self.claimed(name, q)]
            if not fits:
                return False
            unit = all(f"{q}{NET}" in self.graph.lines or self.is_unit(q) for q in fits)
            if unit and claim is None and "err" not in bare(name).lower():
                return False
        return True

    def claimed(self, name: str, by: str) -> set[str]:
        """Return what a line states the partial by, going by its name; what is asked for if that says nothing."""
        claim = self.script.stated.get(name, by)
        return {claim, f"{claim}{NET}", *self.graph.uses(claim)}

    def is_unit(self, name: str) -> bool:
        """Say whether a name is the output of a unit: a function of its net input."""
        return name in self.graph.lines and isinstance(self.graph.lines[name].expression, ast.Call)

    def is_clean(self, group: Group) -> bool:
        """Say whether all that a statement is made of is right, as far as that can be told."""
        below = self.graph.needed(*group.lines) - self.script.forward - {*group.lines}
        fine = set().union(*(self.reach[end.line] for end in self.ends if self.fine(end)))
        return all(self.known[name] for name in below - fine if name in self.known)

    def suspects(self, bad: Sequence[End]) -> list[Group]:
        """Return the statements that lead to wrong ends and not to the loss."""
        below = set().union(*(self.reach[end.line] for end in bad)) - self.script.forward
        return [g for g in self.groups if below.intersection(g.lines) and g.lines[0] in self.graph.lines]

    def best(self) -> Found | None:
        """Return the statement that is best written otherwise, or None if that makes nothing right."""
        bad, some = self.wrong(), list[Found]()
        self.effort = EFFORT
        for group in self.suspects(bad):
            some += self.hypotheses(group, bad)
        clean = [one for one in some if self.is_clean(one.group)] or some
        top = max((len(one.mends) - one.breaks for one in clean), default=0)
        some = [self.explained(one) for one in clean if len(one.mends) - one.breaks == top]
        if not any(one.repairs for one in some) and top < len(bad):
            for group in self.suspects(bad):
                if not self.is_right(group):
                    some += self.tried(group, bad)
        if not some:
            return None
        order = {id(group): n for n, group in enumerate(self.groups)}

        def rank(one: Found) -> tuple[float, ...]:
            cost = one.repairs[0].cost if one.repairs else 9
            origin = 1 if one.update else 0 if self.is_right(one.group) else 2
            claims = [by in self.claimed(name, by) for name, by in one.by.items()]
            score = len(one.mends) - one.breaks
            place = -order[id(one.group)]
            return self.is_clean(one.group), score, bool(one.repairs), origin, all(claims), -cost, place

        return max(some, key=rank)

    def hypotheses(self, group: Group, bad: Sequence[End]) -> Iterator[Found]:
        """Go through what a statement might have to be, so that ends become right."""
        rows = [*self.partials_for(group)]
        updates = {end.line: end for end in self.ends if end.step and end.line in {*group.lines}}
        if updates and (base := self.base[True]) is not None:
            wanted = {
                name: self.drawn.values[end.by] - base * self.drawn.partials[end.by]
                for name, end in updates.items()
            }
            rest = {name: self.drawn.values[name] for name in group.lines if name not in wanted}
            mends = tuple(end.line for end in bad if end.line in updates)
            yield Found(group, wanted | rest, {}, mends, 0, (), True)
        if not rows:
            return
        stacked = {name: np.stack([values[name] for values, _ in rows]) for name in group.lines}
        for n, scale, mends, breaks in self.outcomes(group, stacked, bad):
            values, by = rows[n]
            yield Found(group, {k: scale * v for k, v in values.items()}, by, mends, breaks, (), False)

    def partials_for(self, group: Group) -> Iterator[tuple[dict[str, Value], dict[str, str]]]:
        """Go through the partials and local partials that a statement may have to be."""
        partials, local = self.drawn.partials, self.drawn.local
        for table in self.tables(group):
            if any(np.any(partials[q]) for q in table.values()):
                yield {name: partials[q] for name, q in table.items()}, table
            if all(self.is_unit(q) for q in table.values()):
                slopes = {name: local.get((q, self.graph.uses(q)[0])) for name, q in table.items()}
                if all(slope is not None for slope in slopes.values()):
                    yield {name: np.broadcast_to(slope, NETWORKS) for name, slope in slopes.items()}, {}

    def tables(self, group: Group) -> Iterator[dict[str, str]]:
        """Go through the names that lead to the loss, arranged as the lines of a statement are."""
        if len(group.lines) == 1:
            yield from ({group.lines[0]: name} for name in self.drawn.quantities if name != self.script.of)
            return
        for other in self.groups:
            if other.lines[0] in self.script.forward - {self.script.of}:
                if table := arranged(other, group):
                    yield table

    def outcomes(
        self, group: Group, stacked: Mapping[str, Value], bad: Sequence[End], scaled: bool = True
    ) -> Iterator[tuple[int, float, tuple[str, ...], int]]:
        """Go through the rows of values that make ends right: which, at what scale, which ends, how many break."""
        lines = {*group.lines}
        ends = [end for end in self.ends if self.reach[end.line] & lines]
        values = self.drawn.again(stacked, self.drawn.tail(lines, [end.line for end in ends]))
        ratios = {
            end.line: np.broadcast_to(self.ratios(end, values), len(next(iter(stacked.values()))))
            for end in ends
        }
        wrong = {end.line for end in bad}
        for n in range(len(next(iter(stacked.values())))):
            needs = {}
            for end in ends:
                ratio, base = float(ratios[end.line][n]), self.base[end.step]
                if np.isfinite(ratio) and ratio:
                    needs[end.line] = (1.0 if base is None else base) / ratio
            free = all(self.base[end.step] is None for end in ends)
            scale = mode([needs[name] for name in needs if name in wrong], 1.0) if scaled else 1.0
            if free and not scaled:
                scale = mode([*needs.values()], 1.0)
            mends = tuple(name for name, need in needs.items() if name in wrong and same(need, scale))
            breaks = sum(end.line not in wrong and not same(needs.get(end.line), scale) for end in ends)
            if len(mends) > breaks:
                yield n, 1.0 if free else scale, mends, breaks

    def explained(self, found: Found) -> Found:
        """Return what was found with the repairs that give what is wanted, the simplest first."""
        names_ = [name for name in found.group.lines if np.any(found.wanted[name])]
        free = not found.update and all(
            self.base[end.step] is None for end in self.ends if end.line in found.mends
        )
        fits = []
        lowest = 9
        for repair in self.every(found.group):
            if self.effort < 0 or len(fits) >= FITS:
                break
            if found.update and repair.key in ("sign", "sign of", "factor too much", "factor missing"):
                repair = repair._replace(cost=repair.cost - 2)  # of an update these are likelier
            if repair.cost <= lowest and self.gives(repair, names_, found.wanted, free):
                fits.append(repair)
                lowest = min(lowest, repair.cost)
        fits = [repair for repair in fits if repair.cost == lowest]
        return found._replace(repairs=tuple(fits))

    def every(self, group: Group) -> Iterator[Repair]:
        """Go through all repairs of a statement."""
        yield from self.repairs.of(group)
        if not group.shape:
            deltas = [n for n, found in self.known.items() if found and n not in group.lines]
            weights = [end.by for end in self.ends]
            yield from self.repairs.paths(group, deltas, weights)

    def gives(self, repair: Repair, some: Sequence[str], wanted: Mapping[str, Value], free: bool) -> bool:
        """Say whether a repair gives what is wanted, or if free some multiple of it, in all lines."""
        scale = None if free else 1.0
        for name in some:
            value = self.tried_value(repair, name)
            if value is None:
                return False
            size = np.maximum(np.abs(wanted[name]), 1e-3 * np.abs(wanted[name]).max())
            times = float(multiple(value, wanted[name], size, 1e-13))
            scale = times if scale is None else scale
            if not times or not same(times, scale):
                return False
        return True

    def tried_value(self, repair: Repair, name: str) -> Value | None:
        """Return what a line is worth with a repair, or None if it cannot be made there."""
        node = repair.write(name, self.graph.lines[name].expression)
        if node is None:
            return None
        self.effort -= sum(1 for _ in ast.walk(node))
        try:
            with np.errstate(all="ignore"):
                value = np.broadcast_to(evaluated(node, self.drawn.values), NETWORKS)
        except KeyError:
            return None
        return value if np.all(np.isfinite(value)) else None

    def tried(self, group: Group, bad: Sequence[End]) -> Iterator[Found]:
        """Go through repairs of a statement that is no partial itself, by what becomes of the ends."""
        rows: list[tuple[Repair, dict[str, Value]]] = []
        for repair in self.every(group):
            if self.effort < 0:
                break
            values = {name: self.tried_value(repair, name) for name in group.lines}
            if all(value is not None for value in values.values()):
                rows.append((repair, values))
        if rows:
            stacked = {name: np.stack([values[name] for _, values in rows]) for name in group.lines}
            for n, _, mends, breaks in self.outcomes(group, stacked, bad, scaled=False):
                yield Found(group, rows[n][1], {}, mends, breaks, (rows[n][0],), False)

    def take(self, found: Found) -> None:
        """Go on as if a statement were right."""
        tail = self.drawn.tail(found.group.lines, self.graph.lines)
        self.drawn.values = self.drawn.again(found.wanted, tail)
        self.refresh()


def arranged(other: Group, group: Group) -> dict[str, str] | None:
    """Return for each line of a statement the name of another one in the same place, also turned."""
    beside = group.beside(other)
    if beside is None or not group.shape:
        if len(other.lines) != len(group.lines):
            return None
        places = {place(name): name for name in other.lines}
        if {*places} == {place(name) for name in group.lines} and len(places) > 1:
            return {name: places[place(name)] for name in group.lines}
        return dict(zip(group.lines, other.lines, strict=True))
    table = {}
    for each, their in zip(group.statements, beside, strict=True):
        lines, theirs = each.lines, their.lines
        if lines.shape == theirs.shape[::-1] != theirs.shape:
            theirs = theirs.T
        elif lines.squeeze().shape != theirs.squeeze().shape:
            return None
        table |= dict(zip(lines.flat, theirs.flat, strict=True))
    return table


def mode(some: Iterable[float], otherwise: float) -> float:
    """Return the number that comes most often, the first of as many, or another one if there is none."""
    found = [one for one in some if np.isfinite(one)]
    counts = [sum(same(one, other) for other in found) for one in islice(found, 200)]
    return found[int(np.argmax(counts))] if found else otherwise
