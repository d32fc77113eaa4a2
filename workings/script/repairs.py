"""How a statement of a script may be written otherwise, in all its elements and rounds alike."""

import ast
import re
from collections.abc import Callable, Iterator, Sequence
from functools import partial, reduce
from itertools import combinations, islice, product
from typing import NamedTuple

import numpy as np

from bplit.calculus import ONE, times
from bplit.line import KNOWN, names, replaced
from workings.check.edits import chain, somewhere, with_names
from workings.script.followed import Statement, bare, place, slot
from workings.script.graph import Graph

TURN = re.compile(r"\[(\d+),(\d+)\]")
PAIRS_TRIED = 400  # so many pairs of a delta and a weight are tried as a forgotten path
TWO = ast.Constant(2)
Write = Callable[[str, ast.expr], ast.expr | None]  # a line's name and expression: how it would be written


class Repair(NamedTuple):
    """A way to write a statement: the key of its sentence, what that is filled with, what it costs."""

    key: str
    filled: dict[str, str]
    cost: int
    write: Write


class Group(NamedTuple):
    """A statement in all the rounds of a loop in which it was followed."""

    statements: tuple[Statement, ...]
    lines: tuple[str, ...]

    @property
    def name(self) -> str:
        """What the statement assigns to."""
        return self.statements[0].name

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of what it assigns."""
        return self.statements[0].lines.shape

    def apart(self) -> list["Group"]:
        """Return the rounds of a statement each by itself, if there are several."""
        several = self.statements if len(self.statements) > 1 else ()
        return [Group((each,), tuple(each.lines.flat)) for each in several]

    def beside(self, other: "Group") -> list[Statement] | None:
        """Return for each round the statement of another one, which was followed as often, or once."""
        count = len(self.statements)
        if len(other.statements) not in (1, count):
            return None
        return [*other.statements] if len(other.statements) == count else [*other.statements] * count


def grouped(graph: Graph) -> list[Group]:
    """Return the statements of a script, those of the same row, name and shape as one."""
    found: dict[tuple[object, ...], dict[int, Statement]] = {}
    known = {*graph.own, *graph.lines}
    for name in (*graph.own, *graph.lines):
        each = graph.home[name]
        if known.issuperset(each.lines.flat):
            key = each.row, each.name, each.lines.shape, name in graph.own
            found.setdefault(key, {})[id(each)] = each
    groups = [tuple(some.values()) for some in found.values()]
    return [Group(some, tuple(name for each in some for name in each.lines.flat)) for some in groups]


class Repairs:
    """The ways to write the statements of one script otherwise."""

    def __init__(self, graph: Graph, groups: Sequence[Group], forward: frozenset[str]) -> None:
        self.graph, self.groups = graph, groups
        self.trained = (
            forward | graph.steps.keys() | graph.lines.keys()
        )  # other numbers are rates, and no cause
        self.place = {name: n for n, name in enumerate((*graph.own, *graph.lines))}
        self.group = {name: group for group in groups for name in group.lines}

    def of(self, group: Group) -> Iterator[Repair]:
        """Go through the ways to write a statement otherwise, the likeliest first."""
        first = min(self.place[name] for name in group.lines)
        before = [g for g in self.groups if g is not group and self.place[g.lines[0]] < first]
        if len(group.lines) == 1:
            known = [name for g in before for name in g.lines if name in self.trained]
            yield from self.of_number(self.graph.lines[group.lines[0]].expression, known)
        else:
            yield from self.of_many(group, before)
        yield from self.structural(group)
        for other in before:
            if beside := group.beside(other):
                yield from self.factors(group, other, beside)

    def of_many(self, group: Group, before: Sequence[Group]) -> Iterator[Repair]:
        """Write another array for one, or exchange two, or take one in columns for rows."""
        used = {id(g): g for name in group.lines for n in self.graph.uses(name) if (g := self.group.get(n))}
        for old in used.values():
            for new in before:
                beside = old.beside(new) if new is not old and new.shape == old.shape else None
                if beside:
                    pairs = zip(old.lines, (name for each in beside for name in each.lines.flat), strict=True)
                    yield Repair("instead", {"new": new.name, "old": old.name}, 1, naming(dict(pairs)))
            if table := self.turned(old):
                yield Repair("transposed", {"old": old.name}, 1, naming(table))
        if (table := self.turned(group)) and len(table) == len(group.lines):
            turned = {name: self.graph.lines[other].expression for name, other in table.items()}
            yield Repair("turned", {}, 1, lambda name, _: turned[name])
        for one, other in combinations(used.values(), 2):
            if one.shape == other.shape and len(one.lines) == len(other.lines):
                table = dict(zip(one.lines + other.lines, other.lines + one.lines, strict=True))
                yield Repair("exchanged", {"new": one.name, "old": other.name}, 2, naming(table))

    def turned(self, group: Group) -> dict[str, str]:
        """Return for each number of a square table the one that stands in its place in columns for rows."""
        slots = {slot(name): name for name in group.lines if TURN.fullmatch(place(name))}
        found = {
            name: slots.get(bare(name) + TURN.sub(r"[\2,\1]", place(name)), "") for name in slots.values()
        }
        return found if len(found) > 1 and all(found.values()) else {}

    def of_number(self, expression: ast.expr, known: Sequence[str]) -> Iterator[Repair]:
        """Write another number for one, everywhere or in one place, or exchange two."""
        often = [*names(expression)]
        for old, new in product(dict.fromkeys(often), known):
            if new != old:
                said = {"new": new, "old": old}
                yield Repair("instead", said, 1, naming({old: new}))
                here = partial(instead_of, old, new)
                for _, changed in somewhere(expression, here) if often.count(old) > 1 else ():
                    yield Repair("instead", said, 2, writing(changed))
        for one, other in combinations(dict.fromkeys(often), 2):
            yield Repair("exchanged", {"new": one, "old": other}, 2, naming({one: other, other: one}))

    def structural(self, group: Group) -> Iterator[Repair]:
        """Turn a sign, drop a part, square one, or change the size."""
        changed = {name: [*otherwise(self.graph.lines[name].expression)] for name in group.lines}

        def nth(n: int) -> Write:
            return lambda name, _: changed[name][n][2] if n < len(changed[name]) else None

        for n, (key, part, _) in enumerate(changed[group.lines[0]]):
            cost = 1 if key.startswith(("sign", "minus")) else 3 if key.endswith("as large") else 2
            yield Repair(key, {"part": brief(part)}, cost, nth(n))

    def factors(self, group: Group, other: Group, beside: Sequence[Statement]) -> Iterator[Repair]:
        """Put in a factor: a slope, a name, 1 minus a name; or take another slope."""
        name = other.name if other.shape else brief(ast.Name(other.lines[0]))
        for turned in (False, True)[: 1 + (len(other.shape) > 1)]:
            table: dict[str, str] = {}
            try:
                for each, their in zip(group.statements, beside, strict=True):
                    wide = np.broadcast_to(their.lines.T if turned else their.lines, each.lines.shape)
                    table |= dict(zip(each.lines.flat, wide.flat, strict=True))
            except ValueError:
                continue
            made = [(3, ast.Name("out")), (3, ast.BinOp(ONE, ast.Sub(), ast.Name("out")))]
            if slope := unit_slope(self.graph, other.lines[0]):
                made.insert(0, (1, slope))
            for cost, factor in made:
                said = {"part": ast.unparse(replaced(factor, {"out": ast.Name(name + ".T" * turned)}))}
                yield Repair("factor missing", said, cost + turned, with_factor(factor, table))
                count = len(chain(self.graph.lines[group.lines[0]].expression, ast.Mult))
                for k in range(count if cost == 1 and count > 1 else 0):
                    yield Repair("other slope", said, 2, with_factor(factor, table, k))

    def paths(self, group: Group, deltas: Sequence[str], weights: Sequence[str]) -> Iterator[Repair]:
        """Put in a term: a delta that comes back by a weight."""
        for delta, weight in islice(product(deltas, weights), PAIRS_TRIED):
            term = times(ast.Name(delta), ast.Name(weight))
            node = self.graph.lines[group.lines[0]].expression
            for part, changed in somewhere(node, partial(with_term, term)):
                yield Repair("term missing", {"part": part}, 2, writing(changed))


def instead_of(old: str, new: str, node: ast.expr) -> list[tuple[str, ast.expr]]:
    """Return another name for one, if that is what stands there."""
    return [(new, ast.Name(new))] if isinstance(node, ast.Name) and node.id == old else []


def with_term(term: ast.expr, node: ast.expr) -> list[tuple[str, ast.expr]]:
    """Return an operation with one more term."""
    return [(brief(term), ast.BinOp(node, ast.Add(), term))] if isinstance(node, ast.BinOp) else []


def writing(node: ast.expr) -> Write:
    """Return the way to write a line as an expression."""
    return lambda *_: node


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
                yield ("square", node), ast.BinOp(node, ast.Pow(), TWO)

    yield "sign", node, ast.UnaryOp(ast.USub(), node)
    yield from ((key, part, new) for (key, part), new in somewhere(node, here))
    yield "half as large", node, times(TWO, node)
    yield "twice as large", node, ast.BinOp(node, ast.Div(), TWO)


def unit_slope(graph: Graph, name: str) -> ast.expr | None:
    """Return the slope of a unit as a person writes it, of its output out; nothing for what is none."""
    match graph.lines[name].expression if name in graph.lines else None:
        case ast.Call(func=ast.Name(id=function)) if KNOWN[function].unit:
            written = ast.parse(KNOWN[function].written, mode="eval").body
            return replaced(written, {"t": ast.Name("out")})  # of relu: both are above 0 together
    return None


def with_factor(factor: ast.expr, table: dict[str, str], k: int | None = None) -> Write:
    """Return the way to put a factor of ``out`` in, as one more or in place of the k-th of a product."""

    def write(name: str, node: ast.expr) -> ast.expr | None:
        new = replaced(factor, {"out": ast.Name(table[name])})
        parts = chain(node, ast.Mult)
        if k is None or k >= len(parts):
            return times(node, new) if k is None else None
        return reduce(times, [*parts[:k], new, *parts[k + 1 :]])

    return write


def brief(node: ast.expr) -> str:
    """Return an expression in the script's own names."""
    text = ast.unparse(replaced(node, {n: ast.Name(slot(n)) for n in names(node)}))
    return text if len(text) < 50 else f"{text[:46]} ..."
