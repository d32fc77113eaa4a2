"""The search for what is wrong in a script: the statement that, written otherwise, makes most ends right.

What a statement should be is not guessed from its name: it is the partial of the loss by something, and if
it is put in the statement's place, the ends behind it become right. Then a way to write it is sought.
"""

import ast
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from bplit.line import Value, evaluated
from workings.script.compare import Compared, mode
from workings.script.draws import NETWORKS, same
from workings.script.ends import End, Script
from workings.script.followed import place
from workings.script.repairs import Group, Repair

PARTS_TRIED = 400_000  # so many parts of expressions are calculated in search of one repair
FITS, DEAR = 6, 9  # so many repairs of one statement are told; what none costs


class Suspect(NamedTuple):
    """A statement that is wrong: what its lines should be worth, and repairs that give that.

    ``by`` says whose partials they should be, if any; ``score`` is how many ends become right, less those
    that do not stay so; ``update`` says whether it is the new value of weights itself.
    """

    group: Group
    wanted: Mapping[str, Value]
    by: Mapping[str, str]
    score: int
    free: bool
    update: bool
    repairs: tuple[Repair, ...] = ()


class Finder(Compared):
    """The search for the statement that is wrong, among those that lead to what is not right."""

    def __init__(self, script: Script) -> None:
        super().__init__(script)
        self.effort = PARTS_TRIED

    def best(self) -> Suspect | None:
        """Return the statement that is best written otherwise, or None if that makes nothing right."""
        bad = self.wrong()
        below = (
            set().union(*(self.reach[end.line] for end in bad)) - self.script.forward - self.graph.own.keys()
        )
        suspects = [group for group in self.groups if below.intersection(group.lines)]
        suspects += [one for group in suspects for one in group.apart() if below.intersection(one.lines)]
        some = [found for group in suspects for found in self.hypotheses(group, bad)]
        some = [found for found in some if self.is_clean(found.group)] or some
        top = max((found.score for found in some), default=0)
        self.effort = PARTS_TRIED
        some = [self.explained(found) for found in some if found.score == top]

        def rank(found: Suspect) -> tuple[float, ...]:
            first = next(iter(found.repairs), None)
            cost = first.cost if first else DEAR
            origin = 1 if found.update else 0 if self.is_right(found.group) else 2
            named = all(self.may_be(name, by) for name, by in found.by.items())
            return bool(found.repairs), origin, named, -cost, -self.repairs.place[found.group.lines[0]]

        return max(some, key=rank, default=None)

    def hypotheses(self, group: Group, bad: Sequence[End]) -> Iterator[Suspect]:
        """Go through what a statement might have to be, so that ends become right."""
        lines, values = {*group.lines}, self.drawn.values
        base = self.base[True]
        if base and (updates := [end for end in bad if end.step and end.line in lines]):
            new = {end.line: values[end.by] - base * self.drawn.partials[end.by] for end in updates}
            yield Suspect(group, {name: values[name] for name in lines} | new, {}, len(new), False, True)
        rows = [*self.partials_for(group)]
        if not rows:
            return
        ends = [end for end in self.ends if self.reach[end.line] & lines]
        free = all(self.base[end.step] is None for end in ends)
        stacked = {name: np.stack([worth[name] for worth, _ in rows]) for name in lines}
        again = self.drawn.again(stacked, self.drawn.tail(lines, [end.line for end in ends]))
        ratios = {end: np.broadcast_to(self.ratios(end, again), len(rows)) for end in ends}
        for n, (worth, by) in enumerate(rows):
            # what the statement had to be multiplied with for each end: all have to agree
            needs = {end: (self.base[end.step] or 1.0) / ratios[end][n] for end in ends if ratios[end][n]}
            scale = mode((need for end, need in needs.items() if end in bad), 1.0)
            agree = [end for end in ends if same(needs.get(end, np.nan), scale)]
            if not free and self.is_stated(by):  # then a step of another size or sign is wrong besides
                scale, agree = self.usual_own, [end for end in ends if np.isfinite(needs.get(end, np.nan))]
            score = sum(end in bad for end in agree)
            score -= sum(end not in bad and end not in agree for end in ends)  # what would be wrong then
            if score > 0:
                factor = 1.0 if free else scale
                yield Suspect(group, {name: factor * v for name, v in worth.items()}, by, score, free, False)

    def is_stated(self, by: Mapping[str, str]) -> bool:
        """Say whether lines are called partials by the very weights whose partials they are to be."""
        stated = self.script.stated
        return bool(by) and all(q in self.graph.own and stated.get(name) == q for name, q in by.items())

    def partials_for(self, group: Group) -> Iterator[tuple[dict[str, Value], dict[str, str]]]:
        """Go through the partials and local partials that a statement may have to be."""
        partials, local = self.drawn.partials, self.drawn.local
        for table in self.tables(group):
            if any(np.any(partials[q]) for q in table.values()):
                yield {name: partials[q] for name, q in table.items()}, table
            if all(self.is_unit(q) for q in table.values()):
                keys = {name: (q, self.graph.uses(q)[0]) for name, q in table.items()}
                slopes = {name: local[key] for name, key in keys.items() if key in local}
                if len(slopes) == len(keys):
                    yield {name: np.broadcast_to(slope, NETWORKS) for name, slope in slopes.items()}, {}

    def tables(self, group: Group) -> Iterator[dict[str, str]]:
        """Go through the names that lead to the loss, arranged as the lines of a statement are."""
        ahead = self.script.forward - {self.script.of}
        if len(group.lines) == 1:
            yield from ({group.lines[0]: name} for name in self.drawn.quantities if name in ahead)
            return
        for other in self.groups:
            if other.lines[0] in ahead and (table := lined_up(other, group)):
                yield table
        places = {place(name): name for name in group.lines}
        for family in self.families.values():  # a part of an array, as of one with a column of ones
            if len(places) == len(group.lines) <= len(family) and places.keys() <= family.keys():
                yield {name: family[at] for at, name in places.items()}

    def explained(self, found: Suspect) -> Suspect:
        """Return what was found with the repairs that give what is wanted, the simplest ones."""
        group, fits = found.group, list[Repair]()
        every = self.repairs.of(group)
        deltas = [name for name, what in self.known.items() if what and name not in group.lines]
        more = (
            self.repairs.paths(group, deltas, [end.by for end in self.ends]) if len(group.lines) == 1 else ()
        )
        for repair in (*every, *more):
            if found.update and repair.key in ("sign", "sign of", "factor too much", "factor missing"):
                repair = repair._replace(cost=repair.cost - 2)  # of an update these are likelier
            least = min((fit.cost for fit in fits), default=DEAR)
            if repair.cost <= least and len(fits) < FITS and self.effort > 0 and self.gives(repair, found):
                fits = [fit for fit in fits if fit.cost == repair.cost] + [repair]
        return found._replace(repairs=tuple(fits))

    def gives(self, repair: Repair, found: Suspect) -> bool:
        """Say whether a repair gives what is wanted in all lines, or if that is free some multiple of it."""
        scale = None if found.free else 1.0
        for name in found.group.lines:
            wanted = found.wanted[name]
            node = (
                repair.write(name, self.graph.lines[name].expression) if np.any(wanted) else ast.Constant(0)
            )
            if node is None:
                return False
            self.effort -= sum(1 for _ in ast.walk(node))
            with np.errstate(all="ignore"):
                value = np.broadcast_to(evaluated(node, self.drawn.values), NETWORKS)
            if np.any(wanted):
                times = float(np.sum(value * wanted) / np.sum(wanted * wanted))
                scale = times if scale is None else scale
                size = np.maximum(np.abs(wanted), 1e-3 * np.abs(wanted).max())
                if (
                    not times
                    or not same(times, scale)
                    or not np.all(np.abs(value - times * wanted) <= 1e-8 * abs(times) * size)
                ):
                    return False
        return True

    def take(self, found: Suspect) -> None:
        """Go on as if a statement were right."""
        tail = self.drawn.tail(found.group.lines, self.graph.lines)
        self.drawn.values = self.drawn.again(found.wanted, tail)
        self.compare()


def lined_up(other: Group, group: Group) -> dict[str, str] | None:
    """Return for each line of a statement the name of another one in the same place, also turned."""
    beside = group.beside(other)
    if beside is None or not group.shape:
        if len(other.lines) != len(group.lines):
            return None
        places = {place(name): name for name in other.lines}
        if {*places} == {place(name) for name in group.lines} and len(places) > 1:
            return {name: places[place(name)] for name in group.lines}
        return dict(zip(group.lines, other.lines, strict=True))
    table: dict[str, str] = {}
    for each, their in zip(group.statements, beside, strict=True):
        lines, theirs = each.lines, their.lines
        if lines.shape == theirs.shape[::-1] != theirs.shape:
            theirs = theirs.T
        elif lines.squeeze().shape != theirs.squeeze().shape:
            return None
        table |= dict(zip(lines.flat, theirs.flat, strict=True))
    return table
