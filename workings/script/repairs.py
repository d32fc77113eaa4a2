"""How a statement of a script may be written otherwise, in all its elements and rounds alike."""

import ast
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from itertools import combinations, islice, product
from typing import Any, NamedTuple

import numpy as np

from bplit.calculus import ONE, times
from bplit.line import KNOWN, names, replaced
from workings.check.changes import TIMES, chain, joined, minus, somewhere, with_names
from workings.script.followed import IN_BRACKETS, Statement, bare, place, slot
from workings.script.graph import Graph, factors_of, texts_of

TURN = re.compile(r"\[(\d+),(\d+)\]")
PAIRS_TRIED = 400  # so many pairs of a delta and a weight are tried as a forgotten path
BEGUN = 8  # in so many rounds of another statement those of one may begin beside it
Write = Callable[[str, ast.expr], ast.expr | None]  # a line's name and expression: how it would be written


class Repair(NamedTuple):
    """A way to write a statement: the key of its sentence, what that is filled with, what it costs."""

    key: str
    filled: dict[str, str]
    cost: int
    write: Write


class Group:
    """A statement in all rounds of a loop: its name, its lines, the rounds on their first axis."""

    def __init__(self, name: str, array: np.ndarray) -> None:
        self.name, self.array, self.shape = name, array, array.shape[1:]
        self.lines: tuple[str, ...] = tuple(array.flat)
        self.title = name if self.shape else next(iter(self.lines), name)  # what a round assigns to

    def beside(self, other: "Group") -> Iterator[np.ndarray]:
        """Go through the names of another statement in as many rounds, also in rounds that run backwards."""
        count, several = len(self.array), len(other.array)
        if several == 1:
            yield np.broadcast_to(other.array, (count, *other.shape))
            return
        for n in [n for n in range(1, count + 1) if count % n == several % n == 0]:  # of n examples
            each, wide = count // n, other.array.reshape(n, several // n, *other.shape)
            for start in range(min(several // n - each + 1, BEGUN)):
                some = wide[:, start : start + each]
                both = (some, some[:, ::-1])[n > 1 and count == several : min(each, 2)]
                yield from (rounds.reshape(count, *other.shape) for rounds in both)
        if self.shape != other.shape and self.array.size == other.array.size > several:
            yield other.array.reshape(self.array.shape)  # a number in each round for a list of a round


def grouped(graph: Graph) -> list[Group]:
    """Return the statements of a script, those of the same row, name and shape as one."""
    found: dict[tuple[str, int, tuple[int, ...], bool], dict[int, Statement]] = {}
    known = {*graph.own, *graph.lines}
    for name in (*graph.own, *graph.lines):
        each = graph.home[name]
        if not known.issuperset(each.lines.flat):  # each of the others by itself
            each = each._replace(lines=np.array(name, dtype=object))
        key = each.name, each.row, each.lines.shape, name in graph.own
        found.setdefault(key, {})[id(each)] = each
    arrays = {key: np.stack([each.lines for each in some.values()]) for key, some in found.items()}
    return [Group(name, array) for (name, *_), array in arrays.items()]


class Repairs:
    """The ways to write the statements of one script otherwise."""

    def __init__(self, graph: Graph, groups: Sequence[Group], forward: frozenset[str]) -> None:
        self.graph, self.groups = graph, groups
        # other numbers are rates, and no cause
        self.trained = forward | graph.steps.keys() | graph.lines.keys()
        self.place = {name: n for n, name in enumerate((*graph.own, *graph.lines))}
        self.group = {name: group for group in groups for name in group.lines}

    def of(self, group: Group) -> Iterator[Repair]:
        """Go through the ways to write a statement otherwise, the likeliest first."""
        first = min(self.place[name] for name in group.lines)
        before = [g for g in self.groups if g is not group and self.place[g.lines[0]] < first]
        yield from (self.of_number if len(group.lines) == 1 else self.of_many)(group, before)
        yield from self.structural(group)
        for other in before:
            yield from self.factors(group, other)

    def of_many(self, group: Group, before: Sequence[Group]) -> Iterator[Repair]:
        """Write another array for one, or exchange two, or take one in columns for rows."""
        before = [g for g in before if self.trained.issuperset(g.lines)]  # and no number that it begins with
        used = {id(g): g for name in group.lines for n in self.graph.uses(name) if (g := self.group.get(n))}
        for old in used.values():
            for new in before:
                pairs = {"new": new, "old": old}.items()  # of one name, the row says which
                rows = {key: f"{each.name}@{self.graph.home[each.lines[0]].row}" for key, each in pairs}
                said = rows if new.name == old.name else {key: each.name for key, each in pairs}
                for beside in old.beside(new) if len({*said.values()}) > 1 and new.shape == old.shape else ():
                    table = dict(zip(old.lines, beside.flat, strict=True))
                    yield Repair("instead", said, 1, naming(table))
            if table := self.turned(old):
                yield Repair("transposed", {"old": old.name}, 1, naming(table))
        if (table := self.turned(group)) and len(table) == len(group.lines):
            turned = {name: self.graph.lines[other].expression for name, other in table.items()}
            yield Repair("turned", {}, 1, writing(turned))
        for one, other in combinations(used.values(), 2):
            if one.shape == other.shape and len(one.lines) == len(other.lines):
                table = dict(zip(one.lines + other.lines, other.lines + one.lines, strict=True))
                yield Repair("exchanged", {"new": one.name, "old": other.name}, 2, naming(table))

    def turned(self, group: Group) -> dict[str, str]:
        """Return for each number of a square table the one that stands in its place in columns for rows."""
        slots = {slot(name): name for name in group.lines if TURN.fullmatch(place(name))}
        found = {name: slots.get(TURN.sub(r"[\2,\1]", text), "") for text, name in slots.items()}
        return found if len(found) > 1 and all(found.values()) else {}

    def of_number(self, group: Group, before: Sequence[Group]) -> Iterator[Repair]:
        """Write another number for one, everywhere or in one place, or exchange two."""
        (name,) = group.lines
        expression = self.graph.lines[name].expression
        known = [other for g in before for other in g.lines if other in self.trained]
        often = [*names(expression)]
        for old, new in product(dict.fromkeys(often), known):
            if new != old:
                said = {"new": new, "old": old}
                yield Repair("instead", said, 1, naming({old: new}))
                here = partial(lambda old, new, n: [(new, ast.Name(new))] * (ast.unparse(n) == old), old, new)
                for _, changed in somewhere(expression, here) if often.count(old) > 1 else ():
                    yield Repair("instead", said, 2, writing({name: changed}))
        for one, other in combinations(dict.fromkeys(often), 2):
            yield Repair("exchanged", {"new": one, "old": other}, 2, naming({one: other, other: one}))

    def structural(self, group: Group) -> Iterator[Repair]:
        """Turn a sign, drop a part, square one, or change the size."""
        changed = {name: [*otherwise(self.graph.lines[name].expression)] for name in group.lines}
        first, several = changed[group.lines[0]], len({len(some) for some in changed.values()}) > 1
        for n, (key, part, _) in enumerate(first):
            cost = 1 if key.startswith(("sign", "minus")) else 2
            # in rounds with longer and shorter sums the factors behind them are counted from the end
            for k in (n, n - len(first))[: 1 + several]:
                table = {name: some[k][2] for name, some in changed.items() if -len(some) <= k < len(some)}
                said = IN_BRACKETS.sub("", brief(part)) if group.shape else brief(part)
                yield Repair(key, {"part": said}, cost, writing(table))

    def factors(self, group: Group, other: Group) -> Iterator[Repair]:
        """Put in a factor: a slope, a name, 1 minus a name; or take another slope."""
        name = slot(other.title)
        for beside, turned in product(group.beside(other), (False, True)[: 1 + (len(other.shape) > 1)]):
            rounds = [each.T if turned else each for each in beside]
            try:
                wide = np.stack([np.broadcast_to(each, group.shape) for each in rounds])
            except ValueError:
                continue
            table = dict(zip(group.lines, wide.flat, strict=True))
            made = [(3, ast.Name("out")), (3, ast.BinOp(ONE, ast.Sub(), ast.Name("out")))]
            if slope := unit_slope(self.graph, other.lines[0]):
                made.insert(0, (1, slope))
                yield from self.by_slope(group, other, slope, table)
            for cost, factor in made:
                said = {"part": ast.unparse(replaced(factor, {"out": ast.Name(name + ".T" * turned)}))}
                yield Repair("factor missing", said, cost + turned, partial(put_in, factor, table, None, 1))

    def by_slope(self, group: Group, unit: Group, slope: ast.expr, table: dict[str, str]) -> Iterator[Repair]:
        """Put a slope in the place of one factor or of two, as of ``out * (1 - out)``, that of a sigmoid."""
        first, out, name = group.lines[0], table[group.lines[0]], slot(unit.title)
        said = {"out": name, "part": ast.unparse(replaced(slope, {"out": ast.Name(name)}))}
        said["unit"] = ast.unparse(self.graph.lines[unit.lines[0]].expression).partition("(")[0]
        parts = [ast.unparse(part) for part in factors_of(self.graph.lines[first].expression)][::-1]
        for k, width in product(range(len(parts)), (1, 2)):
            if {*parts[k : k + width]} == {out, f"1 - {out}"}:
                yield Repair("slope of a sigmoid", said, 1, partial(put_in, slope, table, k, width))
            elif len(parts) > 1:
                at = {"at": str(k)} if width == 1 else {}
                yield Repair("other slope", said | at, 2, partial(put_in, slope, table, k, width))

    def slopes(self, units: Mapping[str, str]) -> Iterator[Repair]:
        """Write in each line the slope of its unit."""
        for unit in [*units.values()][:1]:
            if slope := unit_slope(self.graph, unit, slot(self.group[unit].title)):
                table = {name: unit_slope(self.graph, other, other) for name, other in units.items()}
                yield Repair("other slope", {"part": ast.unparse(slope)}, 2, writing(table))

    def paths(self, group: Group, deltas: Sequence[str], weights: Sequence[str]) -> Iterator[Repair]:
        """Put in a term: a delta that comes back by a weight."""
        for delta, weight in islice(product(deltas, weights), PAIRS_TRIED):
            term, (name,) = times(ast.Name(delta), ast.Name(weight)), group.lines
            said, both = {"part": brief(term)}, partial(ast.BinOp, op=ast.Add(), right=term)
            more = partial(lambda both, at: [("", both(at))] * isinstance(at, ast.BinOp), both)
            for _, changed in somewhere(self.graph.lines[name].expression, more):
                yield Repair("term missing", said, 2, writing({name: changed}))

    def returning(self, by: Mapping[str, str], known: Mapping[str, Sequence[Any]]) -> Iterator[Repair]:
        """Put into each term of a sum the weight by which its delta, that of a net input, comes back."""
        lines, table, weights = self.graph.lines, dict[str, ast.expr | None](), list[str]()
        for name, quantity in by.items():
            outs = {quantity, *(unit for unit in lines if self.graph.uses(unit) == (quantity,))}
            terms, weights = chain(lines[name].expression, ast.Add), []
            for term in terms:
                nets = [lines[q].expression for n in names(term) for q, _ in known.get(n, ()) if q in lines]
                pairs = [{*texts_of(pair)} for net in nets for pair in chain(net, ast.Add)]
                weights += [weight for pair in pairs if pair & outs for weight in pair - outs][:1]
            new = [times(term, ast.Name(n)) for term, n in zip(terms, weights, strict=False)]
            table[name] = joined(new, ast.Add()) if new else None
        for weight in weights[:1]:
            yield Repair("factor missing", {"part": bare(weight)}, 4, writing(table))


def lined_up(other: Group, group: Group) -> Iterator[dict[str, str]]:
    """Go through the names of another statement in the places of one's lines, also turned."""
    turned = group.shape == other.shape[::-1] != other.shape
    alike = turned or [n for n in group.shape if n > 1] == [n for n in other.shape if n > 1]
    for beside in group.beside(other):
        if alike or beside.shape == group.array.shape:
            names = np.stack([each.T for each in beside]) if turned else beside
            yield dict(zip(group.lines, names.flat, strict=True))


def writing(table: Mapping[str, ast.expr | None]) -> Write:
    """Return the way to write each line as an expression of its own."""
    return lambda name, _: table.get(name)


def naming(table: dict[str, str]) -> Write:
    """Return the way to write other names for some, wherever they stand."""
    return lambda _, node: with_names(node, table)


def otherwise(node: ast.expr) -> Iterator[tuple[str, ast.expr, ast.expr]]:
    """Go through the changes of one part of an expression: what is done, to which part, what comes of it."""

    def here(node: ast.expr) -> Iterator[tuple[tuple[str, ast.expr], ast.expr]]:
        match node:
            case ast.BinOp(left=left, op=ast.Add() | ast.Sub() as op, right=right):
                plus = isinstance(op, ast.Add)
                yield ("sign of", right), ast.BinOp(left, ast.Sub() if plus else ast.Add(), right)
                yield ("term too much", right), left
                if plus:
                    yield ("term too much", left), right
            case ast.BinOp(left=left, op=ast.Mult(), right=right):
                match left, right:
                    case ast.BinOp(inner, ast.Mult(), out), ast.BinOp(ast.Constant(1), ast.Sub(), other):
                        if ast.unparse(out) == ast.unparse(other):
                            yield ("factor too much", times(out, right)), inner
                yield ("factor too much", right), left
                yield ("factor too much", left), right
            case ast.BinOp(left=left, op=ast.Div(), right=right):
                yield ("divided", right), left
            case ast.BinOp(left=left, op=ast.Pow()):
                yield ("power too much", left), left
            case ast.UnaryOp(operand=operand):
                yield ("minus too much", operand), operand
            case ast.Call(func=function, args=[inner]):
                yield ("called too often", function), inner
            case ast.Name():
                yield ("square", node), ast.BinOp(node, ast.Pow(), ast.Constant(2))

    terms = chain(node, ast.Add)
    inside = [[*otherwise(term)] for term in terms] if len(terms) > 1 else []
    for alike in zip(*inside, strict=False):  # in each term of a sum over examples
        if len({key for key, _, _ in alike}) == 1:
            yield (*alike[0][:2], joined([new for _, _, new in alike], ast.Add()))
    yield "sign", node, minus(node)
    yield from ((key, part, new) for (key, part), new in somewhere(node, here))


def unit_slope(graph: Graph, name: str, out: str = "out") -> ast.expr | None:
    """Return the slope of a unit as a person writes it, of its output; nothing for what is none."""
    match graph.lines[name].expression if name in graph.lines else None:
        case ast.Call(func=ast.Name(id=function)) if KNOWN[function].unit:
            written = ast.parse(KNOWN[function].written, mode="eval").body
            # of relu: both are above 0 together
            return replaced(written, {"t": ast.Name(out), "out": ast.Name(out)})
    return None


def brief(node: ast.expr) -> str:
    """Return an expression in the script's own names."""
    text = ast.unparse(replaced(node, {n: ast.Name(slot(n)) for n in names(node)}))
    return text if len(text) < 50 else f"{text[:46]} ..."


def put_in(
    factor: ast.expr, table: Mapping[str, str], k: int | None, width: int, name: str, node: ast.expr
) -> ast.expr | None:
    """Return a line with a factor of ``out`` put in: as one more, or for some with k others behind them."""
    new = replaced(factor, {"out": ast.Name(table[name])})
    if k is None:
        return times(node, new)
    parts = factors_of(node)
    start = len(parts) - k - width
    return joined([*parts[:start], new, *parts[start + width :]], TIMES) if start >= 0 else None
