"""The lines of a followed script by what they are: its own numbers, its statements, what moves."""

import ast
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from functools import cache, reduce
from operator import or_

import numpy as np

from bplit.line import KNOWN, Line, mapped, names
from workings.check.changes import chain, minus
from workings.script.followed import Followed, Statement, bare, slot
from workings.script.numbers import PART_NAME

SQUASHING = {"exp", *(name for name, known in KNOWN.items() if known.unit)}  # exp as a softmax does
TINY = 1e-5  # added to a number, it is there so that nothing is divided by zero


class Graph:
    """The lines of a script by name, in order."""

    def __init__(self, followed: Followed) -> None:
        self.followed = followed
        self.lines = {line.name: line for line in exact_lines(followed)}
        # what takes the place of what, and what is trained
        self.moves, self.steps = dict[str, str](), dict[str, str]()
        self.begun: dict[str, Line] = {}  # where a sum that is written as one begins
        self.used = cache(lambda node: tuple(dict.fromkeys(names(node))))
        self.home: dict[str, Statement] = {}
        for statement in followed.statements:
            for name in statement.lines.flat:
                self.home.setdefault(name, statement)
        for one in followed.lines:
            self.home.setdefault(one.name, Statement(bare(one.name), row_of(one), np.array(one.name, object)))
        self.users = users = dict[str, set[str]]()
        for line in reversed(followed.lines):  # who uses a part of a long expression uses what is in it
            found = users.get(line.name, set()) if line.name.startswith(PART_NAME) else {line.name}
            for name in self.used(line.expression):
                users[name] = users.get(name, set()) | found
        bits = {line.name: 1 << n for n, line in enumerate(followed.lines)}  # sets of names, as whole numbers
        below: dict[str, int] = {}
        for line in followed.lines:
            below[line.name] = reduce(or_, map(below.get, self.used(line.expression)), bits[line.name])
        # what is made of the old one, or a number in its place, but not what a name stands for next
        fresh = [move for move in followed.moves if below[move.new] == bits[move.new]]
        for old, new, _ in [*(move for move in followed.moves if below[move.new] & bits[move.old]), *fresh]:
            self.moves.setdefault(old, new)
        zeros = {n for n, by in users.items() if not followed.values[n] and {*map(bare, by)} == {bare(n)}}
        inputs = {line.name for line in followed.lines if not self.used(line.expression)} - zeros
        self.own = {name: value for name, value in followed.values.items() if name in inputs}
        owns, moved = (sum(bits[name] for name in some) for some in (self.own, {*self.moves}))
        for name, new in self.moves.items():  # a weight that was drawn and then scaled
            inner, others = below[name] & ~bits[name], {*map(bare, users.get(name, ()))} - {bare(name)}
            if others and inner & owns and below[new] & bits[name] and not inner & moved:
                self.own[name] = followed.values[name]
        for old, new in self.moves.items():
            scaled = [*names(self.lines[new].expression)] == [old]  # as x / 10
            if old in self.own and new not in self.own and below[new] & bits[old] and not scaled:
                beside = below[new] & owns & ~sum(bits[name] for name in self.home[old].lines.flat)
                others = users.get(old, set()).difference(self.home[new].lines.flat)
                if beside.bit_count() > 1 or any(not below[new] & bits[user] for user in others):  # trained
                    self.steps[old] = new
        self.steps = self.without_names(below, bits)
        self.own = {name: value for name, value in self.own.items() if name in inputs or name in self.steps}
        self.lines = {name: line for name, line in self.lines.items() if name not in self.own}
        self.late = self.behind({*self.steps.values()})  # what depends on a new value
        self.moving = self.behind({*self.steps, *self.steps.values()})
        self.sum_up()

    def without_names(self, below: dict[str, int], bits: dict[str, int]) -> dict[str, str]:
        """Return the steps without inputs that give their names to outputs of layers: others need those."""
        sums = {old for old, new in self.steps.items() if self.adds(new, old)}
        needed, rows = Counter[str](), set[tuple[str, str]]()
        for old in sums:
            needed[bare(old)] |= below[self.steps[old]]
        trained, free = sum(bits[name] for name in self.steps), self.own.keys() - self.steps.keys()
        aims = cache(lambda: sum(bits[name] for name in free & in_sums(self.lines.values())))
        for old, new in self.steps.items():
            others = [some for name, some in needed.items() if name != bare(old) and some & bits[new]]
            more = reduce(or_, others, 0) & ~below[new]
            # a sum that is no step, as of a residual layer, is made of no target, and those of others are
            known = trained if bare(new) != bare(old) else 0  # if a target is a plain number, by the weights
            if others and (old not in sums or (more & (aims() | known) and not below[new] & aims())):
                rows.add((bare(new), self.lines[new].place))  # also where it stands for other examples
        return {old: new for old, new in self.steps.items() if (bare(new), self.lines[new].place) not in rows}

    def adds(self, new: str, old: str) -> bool:
        """Say whether a line is a sum with a number in it, as a step: with no other one that is trained."""
        node: ast.expr = ast.Name(new)
        while isinstance(node, ast.Name) and node.id in self.lines:
            node = self.lines[node.id].expression
        terms = chain(node, ast.Add, ast.Sub)
        return any({*names(term)} & self.steps.keys() == {old} for term in terms)

    def behind(self, some: set[str]) -> set[str]:
        """Return some names, and all that depends on them."""
        for name in self.lines:
            if some.intersection(self.uses(name)):
                some.add(name)
        return some

    def sum_up(self) -> None:
        """Write a sum that grows term by term, in a loop or on rows of its own, as the one sum that it is."""
        users = Counter(used for name in self.lines for used in self.uses(name))
        for name in [*self.lines]:
            match self.lines[name].expression:
                case ast.BinOp(left=ast.Name(id=before), op=ast.Add() | ast.Sub() as op, right=term):
                    start, line = self.lines.get(before), self.lines[name]
                    if not start or slot(before) != slot(name) or len({before, name} & self.late) == 1:
                        continue
                    zero = isinstance(start.expression, ast.Constant)  # that it begins with
                    goes_on = start.place == line.place or isinstance(start.expression, ast.Name)
                    own = any(slot(used) == slot(name) for used in self.uses(before))
                    if own or not (zero or (goes_on and users[before] < 2)):
                        continue
                    node: ast.expr = ast.BinOp(start.expression, op, term)
                    if zero:
                        node = term if isinstance(op, ast.Add) else minus(term)
                    self.lines[name] = line._replace(expression=node)
                    self.begun[name] = self.begun.get(before, start)
                    users[before] -= 1
                    if not users[before]:
                        del self.lines[before]

    def uses(self, name: str) -> tuple[str, ...]:
        """Return the names in a line, each once; nothing for the script's own numbers."""
        return self.used(self.lines[name].expression) if name in self.lines else ()

    def needed(self, *names: str, until: Collection[str] = ()) -> set[str]:
        """Return the names that some names depend on, and themselves; of some others only those."""
        found, queue = {*names}, [*names]
        for each in queue:
            fresh = [used for used in self.uses(each) if used not in found and each not in until]
            found.update(fresh)
            queue += fresh
        return found

    def is_data(self, name: str) -> bool:
        """Say whether a name is an input or a target, or made of nothing else."""
        return name not in self.moving if self.steps else name in self.own

    def add(self, line: Line, after: Iterable[str] = (), before: str = "") -> None:
        """Put a new line in front of another one, or behind the last of some."""
        order, items = {name: n for n, name in enumerate(self.lines)}, [*self.lines.items()]
        place = order[before] if before else max((order[n] for n in after if n in order), default=-1) + 1
        items.insert(place, (line.name, line))
        self.lines = dict(items)
        self.moving |= {line.name} if self.moving.intersection(self.uses(line.name)) else set()
        self.home[line.name] = Statement(line.name, row_of(line), np.array(line.name, dtype=object))


def in_sums(lines: Iterable[Line]) -> set[str]:
    """Return the names that others are added to or taken from, as targets and biases: not those of rates."""
    parts = (part for line in lines for part in ast.walk(line.expression))
    sums = [p for p in parts if isinstance(p, ast.BinOp) and isinstance(p.op, ast.Add | ast.Sub)]
    sides = [side for p in sums if not isinstance(p.left, ast.Constant) for side in (p.left, p.right)]
    return {side.id for side in sides if isinstance(side, ast.Name)}


def exact_lines(followed: Followed) -> Iterator[Line]:
    """Go through lines without tiny numbers that only keep a logarithm or a root finite."""
    little = {n.name for n in followed.lines if 0 < followed.values[n.name] <= TINY and not n.uses}
    little.difference_update(move.old for move in followed.moves)

    def exact(part: ast.expr) -> ast.expr:
        match part:
            case ast.BinOp(left=left, op=ast.Add(), right=ast.Constant(value=n) | ast.Name(id=n)):
                if n in little or (isinstance(n, float) and 0 < n <= TINY):
                    return mapped(left, exact)
        return part

    for line in followed.lines:
        yield line._replace(expression=mapped(line.expression, exact))


def row_of(line: Line) -> int:
    """Return the row of the script that a line stands in."""
    return int(line.place.split()[-1])


def factors_of(node: ast.expr) -> list[ast.expr]:
    """Return the factors of a product, also of one in brackets, or behind a minus: first the signs."""
    match node:
        case ast.BinOp(left=left, op=ast.Mult(), right=right):
            both = [*factors_of(left), *factors_of(right)]
            return sorted(both, key=lambda part: not isinstance(part, ast.UnaryOp))
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return [minus(ast.Constant(1)), *factors_of(operand)]
    return [node]


def texts_of(node: ast.expr | None) -> list[str]:
    """Return the factors of a product as texts."""
    return [*map(ast.unparse, factors_of(node))] if node else []


def given_to(node: ast.expr, *functions: str) -> Iterator[ast.expr]:
    """Go through what some functions are given in an expression."""
    for part in ast.walk(node):
        if isinstance(part, ast.Call) and getattr(part.func, "id", "") in functions:
            yield part.args[0]
