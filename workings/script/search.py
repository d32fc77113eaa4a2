"""The search for the statement that, as another partial of the loss, makes most ends of a script right."""

import ast
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from itertools import chain
from typing import NamedTuple

import numpy as np

from bplit.line import Value, evaluated
from workings.net.shapes import trimmed
from workings.script.draws import NETWORKS, Drawn, mode, multiple, rooted, same
from workings.script.ends import NET, End, Script
from workings.script.followed import bare, place
from workings.script.repairs import TURN, Group, Repair, Repairs, grouped, lined_up

PARTS_TRIED = 400_000  # so many parts of expressions are calculated in search of one repair
# So many repairs of one statement are told; what none costs; what an end that becomes wrong outweighs.
FITS, DEAR, SPOILED = 6, 9, 2


class Suspect(NamedTuple):
    """A statement that is wrong: what its lines should be worth, and repairs that give that."""

    group: Group
    wanted: Mapping[str, Value]
    by: Mapping[str, str]  # whose partials they should be
    score: int
    free: bool
    update: bool  # they are new weights
    units: Mapping[str, str] = {}  # whose slopes they should be
    repairs: tuple[Repair, ...] = ()


class Compared:
    """How many times the right one each end is; whose partial each line is, and how many times."""

    def __init__(self, script: Script) -> None:
        self.script, self.graph, self.drawn = script, script.graph, Drawn(script)
        self.groups = grouped(script.graph)
        self.repairs = Repairs(script.graph, self.groups, script.forward)
        self.parts = cache(lambda name: len([*ast.walk(self.graph.lines[name].expression)]))
        self.settled: set[str] = set()  # ends of which everything is told
        self.rooted = rooted(script)
        steps = {end.by for end in self.rooted}
        ends = [end for end in script.ends if end not in self.rooted]
        ends += [End(line, by, False) for line, by in script.stated.items() if by in steps]
        self.ends = [end for end in ends if np.any(self.drawn.partials[end.by])]
        self.reach = {end.line: self.graph.needed(end.line) for end in self.ends}
        self.used = set().union(*self.reach.values())
        self.compare()

    def compare(self) -> None:
        """Compare all ends, and know again what each line is the partial by."""
        self.ratio = {end.line: float(self.ratios(end, self.drawn.values)) for end in self.ends}
        below = self.used - self.script.forward
        some = [name for name in self.graph.lines if name in below or name in self.script.stated]
        self.known = {name: [*self.drawn.recognized(name)] for name in some}
        self.slopes = {name for name in some if not self.known[name] and self.drawn.is_slope(name)}
        self.usual = mode((found[0][1] for found in self.known.values() if found), 1.0)
        self.usual_own = mode(map(self.of_own, self.ends), self.usual)
        self.base = {step: self.common(step) for step in (True, False)}
        right = (self.of_own(end) for end in self.ends if self.fine(end))
        self.usual_own = mode(right, self.usual_own)
        # what leads to ends that are right
        self.sound = set().union(*(self.reach[end.line] for end in self.ends if self.fine(end)))
        right = (found[0][1] for name, found in self.known.items() if found and name in self.sound)
        self.usual = mode(right, self.usual)

    def ratios(self, end: End, values: Mapping[str, Value]) -> np.ndarray:
        """Return how many times the partial an end is, or the step that it takes."""
        value, old = values[end.line], values[end.by]
        if end.step:
            return self.drawn.factor(old - value, end.by, 1e-15 * np.abs(old))
        return self.drawn.factor(value, end.by)

    def of_own(self, end: End) -> float | None:
        """Return how many times its partial the last line before an end is that is one, if there is one."""
        used = self.reach[end.line] - ({end.line} if end.step else set())
        last_first = (name for name in reversed(self.graph.lines) if name in used)
        found = (f for name in last_first for q, f in self.known.get(name, ()) if q == end.by)
        return next(found, None)

    def common(self, step: bool) -> float | None:
        """Return the factor that most arrays of a kind have; of as many, that of a usual partial."""
        known = [(end, self.ratio[end.line]) for end in self.ends if end.step == step]
        known = [(end, ratio) for end, ratio in known if ratio and np.isfinite(ratio)]
        if step:
            down = not self.all_climb(dict(known))
            known = [(end, ratio) for end, ratio in known if (ratio > 0) == down]
        rates = self.rates().values()

        def rank(one: tuple[End, float]) -> tuple[float, ...]:
            end, ratio = one
            own = self.of_own(end)
            usual = own is None or same(own, self.usual_own)
            named = any(same(abs(ratio), rate) for rate in rates)
            alike = [other for other, size in known if same(ratio, size)]
            arrays = len({id(self.graph.home[other.by]) for other in alike})
            likely = named, same(abs(own or 0), 1), usual, not step or not self.without_rate(end), len(alike)
            return arrays, ratio > 0, *likely, same(abs(ratio), 1) != step

        return max(known, key=rank)[1] if known else None

    def all_climb(self, ratios: Mapping[End, float]) -> bool:
        """Say whether steps climb by one cause, in the delta of the outputs, and not each by itself."""
        down, up = ([end for end in ratios if (ratios[end] > 0) == wanted] for wanted in (True, False))
        counts = [len({id(self.repairs.group[end.line]) for end in some}) for some in (down, up)]
        all_but_one = counts[0] == 1 and counts[1] > 2
        turned, origins = self.turned()
        from_one = all(origins & self.reach[end.line] for end in ratios)
        by_it = all(turned.intersection(self.graph.uses(end.line)) for end in up)
        return not down or (all_but_one and from_one and by_it)

    def turned(self) -> tuple[set[str], set[str]]:
        """Return the lines that are minus a partial, and those of them that are made of no other one."""
        turned = {name for name, found in self.known.items() if found and found[0][1] < 0}
        return turned, {name for name in turned if not turned.intersection(self.graph.uses(name))}

    def rates(self) -> dict[str, float]:
        """Return the script's own numbers that lead to no loss, as they are at the random networks."""
        worth, known = self.drawn.values, self.used - self.script.forward  # what stays 1 only counts
        return {n: abs(float(worth[n][0])) for n in self.graph.own if n in known and worth[n][0] != 1}

    def without_rate(self, end: End) -> bool:
        """Say whether a step uses no rate, though another one does."""
        return self.reach[end.line].isdisjoint(rates := self.rates()) and bool(rates)

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
        for name in trimmed(group.array, self.used).flat:
            if name in self.slopes:
                continue
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


class Finder(Compared):
    """The search for the statement that is wrong, among those that lead to what is not right."""

    def best(self) -> Suspect | None:
        """Return the statement that is best written otherwise, or None if that makes nothing right."""
        bad = self.wrong()
        below = set().union(*(self.reach[end.line] for end in bad))
        below -= self.script.forward | self.graph.own.keys()
        suspects = [group for group in self.groups if below.intersection(group.lines)]
        rows: dict[tuple[str, int], list[str]] = {}  # what a loop over layers writes, in several shapes
        for group in self.groups:
            rows.setdefault((group.name, self.graph.home[group.lines[0]].row), []).extend(group.lines)
        layers = [lines for lines in rows.values() if len(lines) > len(self.repairs.group[lines[0]].lines)]
        suspects += [Group(bare(some[0]), np.array([some])) for some in layers if below.intersection(some)]
        some = [found for group in suspects for found in self.hypotheses(group, bad)]
        self.effort = PARTS_TRIED
        scores = sorted({found.score for found in some}, reverse=True)
        tiers = ([self.explained(found) for found in some if found.score == score] for score in scores)
        first = next(tiers, [])
        # what is behind a wrong statement may mend more ends than that itself, but no change of it does
        best = next((some for some in chain([first], tiers) if any(one.repairs for one in some)), first)

        def rank(found: Suspect) -> tuple[float, ...]:
            cost = min((one.cost for one in found.repairs), default=DEAR)
            origin = 1 if found.update else 0 if self.is_right(found.group) else 2
            named = all(self.may_be(name, by) for name, by in found.by.items())
            order = self.repairs.place[found.group.lines[0]]
            return bool(found.repairs), origin, named, -cost, -order

        found = max(best, key=rank, default=None)
        # one line that stands for several, as of equal sums, would have to be another thing for each
        if found and any(one.by != found.by and one.repairs for one in best if one.group is found.group):
            lines = {*found.group.lines}
            self.settled |= {end.line for end in bad if not lines.isdisjoint(self.reach[end.line])}
        return found

    def hypotheses(self, group: Group, bad: Sequence[End]) -> Iterator[Suspect]:
        """Go through what a statement might have to be, so that ends become right."""
        lines, values, stated = {*group.lines}, self.drawn.values, self.script.stated
        base = self.base[True]
        if base and (updates := [end for end in bad if end.step and end.line in lines]):
            new = {end.line: values[end.by] - base * self.drawn.partials[end.by] for end in updates}
            yield Suspect(group, {name: values[name] for name in lines} | new, {}, len(new), False, True)
        rows = [*self.partials_for(group)]
        if not rows:
            return
        lines = {*rows[0][0]}
        ends = [end for end in self.ends if not lines.isdisjoint(self.reach[end.line])]
        free = all(self.base[end.step] is None for end in ends)
        stacked = {name: np.stack([worth[name] for worth, _, _ in rows]) for name in lines}
        again = self.drawn.again(stacked, self.drawn.tail(lines, [end.line for end in ends]))
        ratios = np.array([np.broadcast_to(self.ratios(end, again), len(rows)) for end in ends])
        off = np.isin([end.line for end in ends], [end.line for end in bad])
        with np.errstate(all="ignore"):  # what the statement had to be multiplied with for each end
            needs = np.array([[self.base[end.step] or 1.0] for end in ends]) / ratios
        there = np.isfinite(needs)
        for n in np.flatnonzero(there[off].any(axis=0)):
            worth, by, units = rows[n]
            scale = mode(needs[off, n], 1.0)  # all have to agree
            agree = np.isclose(needs[:, n], scale, rtol=1e-6, atol=0)
            own = bool(by) and all(q in self.graph.own and stated.get(name) == q for name, q in by.items())
            if own and not free:  # called so: then a step of another size or sign is wrong besides
                scale, agree = self.usual_own, there[:, n]
            score = int(np.sum(agree & off)) - SPOILED * int(np.sum(~agree & ~off))
            wanted = {name: v if free else scale * v for name, v in worth.items()}
            if score > 0 and any(np.any(v != values[name]) for name, v in wanted.items()):
                yield Suspect(group, wanted, by, score, free, False, units)

    def partials_for(self, group: Group) -> Iterator[tuple[dict[str, Value], dict[str, str], dict[str, str]]]:
        """Go through what a statement may have to be: partials by some names, or the slopes of units."""
        partials, local = self.drawn.partials, self.drawn.local
        for table in self.tables(group):
            if any(np.any(partials[q]) for q in table.values()):
                yield {name: partials[q] for name, q in table.items()}, table, {}
            keys = {name: (q, self.graph.uses(q)[0]) for name, q in table.items() if self.is_unit(q)}
            slopes = {n: np.broadcast_to(local[key], NETWORKS) for n, key in keys.items() if key in local}
            if len(slopes) == len(table):
                yield slopes, {}, table
        for partial in self.drawn.said(group.name) if len(group.lines) == 1 else ():
            yield {group.lines[0]: partial}, {}, {}

    def tables(self, group: Group) -> Iterator[dict[str, str]]:
        """Go through the names that lead to the loss, arranged as the lines of a statement that are used."""
        ahead = self.script.forward - {self.script.of}
        group = Group(group.name, trimmed(group.array, self.used))
        if all(self.known.get(name) for name in group.lines):  # but for its size or sign
            yield {name: self.known[name][0][0] for name in group.lines}
        if len(group.lines) == 1:
            yield from ({group.lines[0]: name} for name in self.drawn.quantities if name in ahead)
            return
        for other in self.groups:
            if other.lines[0] in ahead:
                yield from lined_up(other, group)

    def explained(self, found: Suspect) -> Suspect:
        """Return what was found with the repairs that give what is wanted, the simplest ones."""
        group, fits, ways = found.group, list[Repair](), self.repairs
        # a round is made of the one before: of that as it should be
        values = self.drawn.again(found.wanted, self.drawn.tail(group.lines, group.lines))
        deltas = [name for name, what in self.known.items() if what and name not in group.lines]
        weights = [end.by for end in self.ends] if len(group.lines) == 1 else []
        more = ways.paths(group, deltas, weights), ways.returning(found.by, self.known)
        for repair in chain(ways.of(group), ways.slopes(found.units), *more):
            if len(fits) == FITS or self.effort <= 0:
                break
            if found.update and repair.key in ("sign", "sign of", "factor too much", "factor missing"):
                repair = repair._replace(cost=repair.cost - 2)  # of an update these are likelier
            least = min((fit.cost for fit in fits), default=DEAR)
            if repair.cost <= least and self.gives(repair, found, values):
                fits = [fit for fit in fits if fit.cost == repair.cost] + [repair]
        return found._replace(repairs=tuple(fits))

    def gives(self, repair: Repair, found: Suspect, values: Mapping[str, Value]) -> bool:
        """Say whether a repair gives what is wanted in all lines, or if that is free some multiple of it."""
        scale = None if found.free else 1.0
        for name, wanted in found.wanted.items():
            if not np.any(wanted):  # no loss hangs on it
                continue
            node = repair.write(name, self.graph.lines[name].expression)
            if node is None:
                return False
            self.effort -= self.parts(name)
            with np.errstate(all="ignore"):
                value = np.broadcast_to(evaluated(node, values), NETWORKS)
            size = np.maximum(np.abs(wanted), 1e-3 * np.abs(wanted).max())
            if scale is not None and not abs(value[0] - scale * wanted[0]) <= 1e-3 * abs(scale) * size.max():
                return False  # as nearly all of them do not
            times = float(multiple(value, wanted, size))
            scale = times if scale is None else scale
            if not times or not same(times, scale):
                return False
        return True

    def take(self, found: Suspect) -> None:
        """Go on as if a statement were right."""
        tail = self.drawn.tail(found.group.lines, self.graph.lines)
        self.drawn.values = self.drawn.again(found.wanted, tail)
        self.compare()
