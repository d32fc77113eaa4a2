"""How a statement of a script may be written otherwise, in all its elements and in all rounds alike.

An edit is tried on numbers: it is a way to write each line of the statement, of which the value is asked.
"""

import ast
import re
from collections.abc import Callable, Iterator, Sequence
from itertools import combinations
from typing import NamedTuple

import numpy as np

from bplit.calculus import times
from bplit.line import KNOWN, mapped, names, replaced
from workings.script.followed import Statement, bare, place
from workings.script.graph import Graph

Write = Callable[[str, ast.expr], ast.expr | None]  # a line's name and expression: how it would be written
TURN = re.compile(r"\[(\d+),(\d+)\]")
PATHS = 400  # so many pairs of a delta and a weight are tried as a forgotten path


class Repair(NamedTuple):
    """A way to write a statement: the key of its sentence, what that is filled with, what it costs."""

    key: str
    filled: dict[str, str]
    cost: int
    write: Write


class Group(NamedTuple):
    """A statement in all the rounds of a loop in which it was followed."""

    statements: tuple[Statement, ...]

    @property
    def name(self) -> str:
        """What the statement assigns to."""
        return self.statements[0].name

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of what it assigns."""
        return self.statements[0].lines.shape

    @property
    def lines(self) -> list[str]:
        """All the lines that it wrote."""
        return [name for statement in self.statements for name in statement.lines.flat]


def grouped(graph: Graph) -> list[Group]:
    """Return the statements of a script, those of the same row, name and shape as one."""
    found: dict[tuple[int, str, tuple[int, ...], bool], list[Statement]] = {}
    order = {name: n for n, name in enumerate((*graph.own, *graph.lines))}
    seen: set[int] = set()
    for name in order:
        each = graph.home[name]
        if id(each) not in seen and all(part in order for part in each.lines.flat):
            seen.add(id(each))
            key = each.row, each.name, each.lines.shape, name in graph.own
            found.setdefault(key, []).append(each)
    return [Group(tuple(some)) for some in found.values()]


class Repairs:
    """The ways to write the statements of one script otherwise."""

    def __init__(self, graph: Graph, groups: Sequence[Group], forward: frozenset[str]) -> None:
        self.graph, self.groups, self.forward = graph, groups, forward
        self.place = {name: n for n, name in enumerate((*graph.own, *graph.lines))}
        self.group = {name: group for group in groups for name in group.lines}

    def of(self, group: Group) -> Iterator[Repair]:
        """Go through the ways to write a statement otherwise, the likeliest first."""
        first = min(self.place[name] for name in group.lines)
        seen = [g for g in self.groups if g is not group and self.place[g.lines[0]] < first and self.matches(g, group)]
        if group.shape:
            yield from self.of_arrays(group, seen)
        else:
            yield from self.of_numbers(group, [name for g in seen for name in g.lines])
        yield from self.structural(group)
        yield from self.factors(group, seen)

    def matches(self, other: Group, group: Group) -> bool:
        """Say whether a statement was followed once, or as often as another one."""
        return len(other.statements) in (1, len(group.statements))

    def partner(self, other: Group, group: Group) -> dict[str, Statement]:
        """Return for each line of a group the statement of the other one in the same round."""
        many = len(other.statements) == len(group.statements)
        return {
            name: other.statements[n if many else 0]
            for n, statement in enumerate(group.statements)
            for name in statement.lines.flat
        }

    def used(self, group: Group) -> list[Group]:
        """Return the statements that a statement uses."""
        found = {id(g): g for name in group.lines for used in self.graph.uses(name) if (g := self.group.get(used))}
        return [g for g in found.values() if g is not group]

    def of_arrays(self, group: Group, seen: Sequence[Group]) -> Iterator[Repair]:
        """Write another array for one, of the same shape or turned, or exchange two."""
        some = self.used(group)
        for old in some:
            for new in seen:
                if new is not old and new.shape == old.shape:
                    yield self.renaming(old, new)
            yield from self.transposed(old)
        for one, other in combinations(some, 2):
            if one.shape == other.shape and len(one.statements) == len(other.statements):
                table = dict(zip(one.lines + other.lines, other.lines + one.lines, strict=True))
                yield Repair("exchanged", {"new": one.name, "old": other.name}, 2, with_names(table))

    def transposed(self, old: Group) -> Iterator[Repair]:
        """Write a square table of numbers in columns for rows, an array or a list of lists."""
        by_slot = {self.graph.slot(name): name for name in old.lines}
        table = {}
        for name in old.lines:
            other = by_slot.get(bare(name) + TURN.sub(r"[\2,\1]", place(name)))
            if other is None or not TURN.fullmatch(place(name)):
                return
            table[name] = other
        if any(old != new for old, new in table.items()):
            yield Repair("transposed", {"old": old.name}, 1, with_names(table))

    def renaming(self, old: Group, new: Group) -> Repair:
        """Write one array for another."""
        table = {}
        for n, statement in enumerate(old.statements):
            other = new.statements[n if len(new.statements) == len(old.statements) else 0]
            table |= dict(zip(statement.lines.flat, other.lines.flat, strict=True))
        return Repair("instead", {"new": new.name, "old": old.name}, 1, with_names(table))

    def of_numbers(self, group: Group, known: Sequence[str]) -> Iterator[Repair]:
        """Write another number for one, everywhere or in one place, or exchange two."""
        (line, *others) = group.lines
        if others:  # of several rounds, by what stands in the same place in each
            for old in self.used(group):
                yield from self.transposed(old)
                for new in self.groups:
                    if new is not old and new.shape == old.shape and self.place[new.lines[0]] < self.place[line]:
                        if len(new.statements) in (1, len(old.statements)):
                            yield self.renaming(old, new)
            return
        expression = self.graph.lines[line].expression
        often = [*names(expression)]
        trained = self.forward | self.graph.steps.keys()  # any other number is a rate, and no cause
        known = [name for name in known if name in self.graph.lines or name in trained]
        for old in dict.fromkeys(often):
            for new in known:
                if new != old:
                    filled = {"new": new, "old": old}
                    yield Repair("instead", filled, 1, with_names({old: new}))
                    for n in range(often.count(old)) if often.count(old) > 1 else ():
                        yield Repair("instead", filled, 2, with_one_name(old, new, n))
        for one, other in combinations(dict.fromkeys(often), 2):
            yield Repair("exchanged", {"new": one, "old": other}, 2, with_names({one: other, other: one}))

    def structural(self, group: Group) -> Iterator[Repair]:
        """Turn a sign, drop a part, or change the size."""
        yield Repair("sign", {}, 1, lambda _, node: ast.UnaryOp(ast.USub(), node))
        node = self.graph.lines[group.lines[0]].expression
        for way in ways(node):
            for key, cost, change in PARTS_OF.get(type(at(node, way)), ()):
                part = change(at(node, way))
                if part is not None:
                    said = {"part": self.brief(part[1])}
                    yield Repair(key, said, cost, changing(way, change))
        for power in (2, 0.5):
            key = "half as large" if power == 2 else "twice as large"
            yield Repair(key, {}, 3, lambda _, node, c=power: times(ast.Constant(c), node))
        for way in ways(node):
            if isinstance(at(node, way), ast.Name):
                squared = changing(way, lambda n: (ast.BinOp(n, ast.Pow(), ast.Constant(2)), n))
                yield Repair("square", {"part": self.brief(at(node, way))}, 2, squared)

    def factors(self, group: Group, seen: Sequence[Group]) -> Iterator[Repair]:
        """Put in a factor: a slope, a name, 1 minus a name; or take another slope."""
        for other in seen:
            for turned in (False, True):
                table = self.spread(other, group, turned)
                if table is None or (turned and len(other.shape) < 2):
                    continue
                yield from self.with_factors(other, table, turned)

    def with_factors(self, other: Group, table: dict[str, str], turned: bool) -> Iterator[Repair]:
        """Go through the factors that are made of one statement."""
        name = other.name + ".T" * turned if other.shape else self.brief(ast.Name(other.lines[0]))
        out = ast.Name(name)
        line = self.graph.lines.get(other.lines[0])
        call = line.expression if line and isinstance(line.expression, ast.Call) else None
        makes: list[tuple[int, Callable[[ast.expr], ast.expr]]] = []
        if call and isinstance(call.func, ast.Name) and KNOWN[call.func.id].unit:
            written = ast.parse(KNOWN[call.func.id].written, mode="eval").body
            if "t" in names(written):  # of relu the net input; that its output is above 0 says the same
                written = replaced(written, {"t": ast.Name("out")})
            makes.append((1, lambda one: replaced(written, {"out": one})))
        makes.append((3, lambda one: one))
        makes.append((3, lambda one: ast.BinOp(ast.Constant(1), ast.Sub(), one)))
        for cost, make in makes:
            said = {"part": ast.unparse(make(out))}
            yield Repair("factor missing", said, cost + turned, lambda n, node, make=make: times(node, make(ast.Name(table[n]))))
            if cost == 1:
                size = len(chain(self.graph.lines[next(iter(table))].expression))
                for k in range(size if size > 1 else 0):
                    yield Repair("other slope", said | {"k": str(k)}, 2, lambda n, node, make=make, k=k: swapped_factor(node, k, make(ast.Name(table[n]))))

    def spread(self, other: Group, group: Group, turned: bool) -> dict[str, str] | None:
        """Return for each line of a group the name of another one that NumPy would multiply it with."""
        table = {}
        partner = self.partner(other, group)
        for statement in group.statements:
            lines = partner[next(iter(statement.lines.flat))].lines
            try:
                wide = np.broadcast_to(lines.T if turned else lines, statement.lines.shape)
            except ValueError:
                return None
            table |= dict(zip(statement.lines.flat, wide.flat, strict=True))
        return table

    def paths(self, group: Group, deltas: Sequence[str], weights: Sequence[str]) -> Iterator[Repair]:
        """Put in a term: a delta that comes back by a weight, as a factor of the rest or of its sum."""
        for delta in deltas[: PATHS // max(1, len(weights))]:
            for weight in weights:
                term = times(ast.Name(delta), ast.Name(weight))
                said = {"part": self.brief(term)}
                node = self.graph.lines[group.lines[0]].expression
                for way in ways(node):
                    inner = at(node, way)
                    if way == () or set(way) == {"left"}:
                        if isinstance(inner, ast.BinOp) and isinstance(inner.op, ast.Mult | ast.Add):
                            yield Repair("term missing", said, 2, changing(way, lambda n, term=term: (ast.BinOp(n, ast.Add(), term), n)))

    def brief(self, node: ast.expr) -> str:
        """Return an expression in the script's own names."""
        text = ast.unparse(replaced(node, {n: ast.Name(bare(n) + place(n)) for n in names(node)}))
        return text if len(text) < 50 else f"{text[:46]} ..."


def with_names(table: dict[str, str]) -> Write:
    """Return the way to write other names for some, wherever they stand."""
    new = {old: ast.Name(name) for old, name in table.items()}
    return lambda _, node: replaced(node, new)


def with_one_name(old: str, new: str, count: int) -> Write:
    """Return the way to write another name for one in one of the places where it stands."""

    def write(_: str, node: ast.expr) -> ast.expr:
        left = [count]

        def change(part: ast.expr) -> ast.expr:
            if isinstance(part, ast.Name) and part.id == old:
                left[0] -= 1
                return ast.Name(new) if left[0] == -1 else part
            return part

        return mapped(node, change)

    return write


def chain(node: ast.expr) -> list[ast.expr]:
    """Return the factors of a product."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult):
        return [*chain(node.left), *chain(node.right)]
    return [node]


def swapped_factor(node: ast.expr, k: int, new: ast.expr) -> ast.expr | None:
    """Return a product with another factor in place of the k-th."""
    parts = chain(node)
    if k >= len(parts):
        return None
    result = new if k == 0 else parts[0]
    for n, part in enumerate(parts[1:], 1):
        result = times(result, new if n == k else part)
    return result


Change = Callable[[ast.expr], tuple[ast.expr, ast.expr] | None]  # a part: what it becomes, and what is said of


def of_operation(left: bool, kinds: tuple[type, ...]) -> Change:
    """Return the change that keeps one side of an operation, and says the other."""

    def change(node: ast.expr) -> tuple[ast.expr, ast.expr] | None:
        if not isinstance(node, ast.BinOp) or not isinstance(node.op, kinds):
            return None
        return (node.left, node.right) if left else (node.right, node.left)

    return change


def turned_sign(node: ast.expr) -> tuple[ast.expr, ast.expr] | None:
    """Return plus for minus, or minus for plus."""
    match node:
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            return ast.BinOp(left, ast.Sub(), right), right
        case ast.BinOp(left=left, op=ast.Sub(), right=right):
            return ast.BinOp(left, ast.Add(), right), right
    return None


def called_inside(node: ast.expr) -> tuple[ast.expr, ast.expr] | None:
    """Return what a function is called with."""
    return (node.args[0], node.func) if isinstance(node, ast.Call) else None


def unsigned(node: ast.expr) -> tuple[ast.expr, ast.expr] | None:
    """Return an expression without its minus."""
    return (node.operand, node.operand) if isinstance(node, ast.UnaryOp) else None


PARTS_OF: dict[type, list[tuple[str, int, Change]]] = {
    ast.BinOp: [
        ("sign of", 1, turned_sign),
        ("term too much", 2, of_operation(True, (ast.Add, ast.Sub))),
        ("term too much", 2, of_operation(False, (ast.Add,))),
        ("factor too much", 2, of_operation(True, (ast.Mult,))),
        ("factor too much", 2, of_operation(False, (ast.Mult,))),
        ("divided", 2, of_operation(True, (ast.Div,))),
        ("power too much", 2, of_operation(True, (ast.Pow,))),
    ],
    ast.UnaryOp: [("minus too much", 1, unsigned)],
    ast.Call: [("called too often", 2, called_inside)],
}


def ways(node: ast.expr, way: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Go through the ways to the parts of an expression."""
    yield way
    match node:
        case ast.BinOp(left=left, right=right):
            yield from ways(left, (*way, "left"))
            yield from ways(right, (*way, "right"))
        case ast.UnaryOp(operand=operand):
            yield from ways(operand, (*way, "operand"))
        case ast.Call(args=[argument]):
            yield from ways(argument, (*way, "args"))


def at(node: ast.expr, way: Sequence[str]) -> ast.expr | None:
    """Return the part of an expression at the end of a way, if there is one."""
    for turn in way:
        inner = getattr(node, turn, None)
        node = inner[0] if isinstance(inner, list) else inner  # type: ignore[assignment]
        if node is None:
            return None
    return node


def changing(way: tuple[str, ...], change: Change) -> Write:
    """Return the way to write a part otherwise that stands in the same place of every line."""

    def write(_: str, node: ast.expr) -> ast.expr | None:
        part = at(node, way)
        new = change(part) if part is not None else None
        return None if new is None else put(node, way, new[0])

    return write


def put(node: ast.expr, way: Sequence[str], new: ast.expr) -> ast.expr:
    """Return an expression with another part at the end of a way."""
    if not way:
        return new
    match node:
        case ast.BinOp(left=left, op=op, right=right):
            return ast.BinOp(put(left, way[1:], new), op, right) if way[0] == "left" else ast.BinOp(left, op, put(right, way[1:], new))
        case ast.UnaryOp(op=op, operand=operand):
            return ast.UnaryOp(op, put(operand, way[1:], new))
        case ast.Call(func=function, args=[argument]):
            return ast.Call(function, [put(argument, way[1:], new)], [])
    return node
