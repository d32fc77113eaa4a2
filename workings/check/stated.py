"""A listing's own partials against the sweep of its forward lines: which line contradicts which.

The lines that lead to the loss say what the network calculates. Sweeping them backwards gives every
partial, without trusting the partials that the listing states. Both are compared at random numbers,
because equal ones hide crossed names.

>>> from bplit.article import crossed
>>> from bplit.byhand import forward
>>> for finding in contradictions(Listing.of(forward, crossed)):
...     print(finding.line.name, "agrees with", finding.instead[0])
diff_w7 agrees with h_out_1 for h_out_2
diff_w8 agrees with h_out_2 for h_out_1
h_delta_2 agrees with o_delta_1 and o_delta_2 exchanged
"""

import ast
from collections.abc import Callable, Iterator, Mapping
from itertools import combinations
from typing import NamedTuple

import numpy as np

from bplit.calculus import times
from bplit.given import shown
from bplit.line import Line, Value, calculated, parts, replaced
from bplit.line import names as names_in
from bplit.listing import Listing, Sweep

DRAWS = 100  # how many random networks are compared at once
CLOSE = 1e-9  # of the size of a number: far above rounding, far below any slip
EFFORT = 500_000  # how many parts of lines may be calculated in search of changes


class Finding(NamedTuple):
    """A line that states something else than the sweep says.

    It and the lines in against cannot all be right. Each text in instead is a change of the line, or of
    a helper that it uses, with which it would agree at the numbers that were compared.
    """

    line: Line
    states: str
    against: tuple[Line, ...]
    instead: tuple[str, ...]

    def __str__(self) -> str:
        rows = [str(self.line), f"    is not {self.states}"]
        rows += [f"    contradicts {line}" for line in self.against]
        rows += [f"    would agree with {change}" for change in self.instead]
        return "\n".join(rows)


def meanings(listing: Listing) -> dict[str, str]:
    r"""Return what the lines of a listing state, going by the article's names.

    diff_w5 is the partial by w5, and o_delta_1 the one by o_in_1.

    >>> meanings(Listing.read("a = w5 * b\ndiff_w5 = b\ndiff_c = b"))
    {'diff_w5': 'w5'}
    """
    by = {name: name.removeprefix("diff_").replace("_delta_", "_in_") for name in listing.names}
    known = {*listing.inputs, *listing.names}
    return {name: quantity for name, quantity in by.items() if quantity != name and quantity in known}


def contradictions(
    listing: Listing,
    of: str = "lost",
    means: Mapping[str, str] | None = None,
    rate: str | float = "theta",
    given: Mapping[str, Value] | None = None,
    updates: Mapping[str, str] | None = None,
) -> list[Finding]:
    """Return the lines whose value is not what the sweep says, in the order of the listing.

    means says which line states the partial of which name; by default `meanings` does, for lines that
    do not lead to the loss. updates says which line is the new value of which input, by default update_w5
    that of w5: it is to be w5 minus the rate times the partial by w5; the rate is an input or a number.
    Each line is given the right values of the lines before it, so that no line is blamed for another
    one's slip. given are the inputs to compare at, by default random ones above 0, the smaller the more
    there are, so that no unit is saturated.

    Raises ValueError if of, or a name in means, or the rate of an update is not in the listing, and as
    `Listing.run` does.
    """
    forward = listing.needed(of)
    if means is None:
        means = {name: by for name, by in meanings(listing).items() if name not in forward}
    for name, by in means.items():
        listing.line(name)
        if by not in (*listing.inputs, *listing.names):
            raise ValueError(f"means: {name} states the partial by {shown(by)}, which is not in the listing")
    if given is None:
        random, size = np.random.default_rng(0), 2 / max(4, len(listing.inputs)) ** 0.5
        given = {name: random.uniform(0.1, 1.9, DRAWS) * size for name in listing.inputs}
    values = listing.run(given)
    if not np.size(values[of]):
        raise ValueError("given: expected numbers to compare at, got empty arrays")
    sweep = listing.sweep(values, of)
    sizes = terms(sweep)
    right = {
        name: (f"the partial of {of} by {by}", sweep.partials[by], sizes[by]) for name, by in means.items()
    }
    if updates is None:
        updates = {f"update_{name}": name for name in listing.inputs if f"update_{name}" in listing.names}
    for new, name in updates.items():
        if isinstance(rate, str) and rate not in listing.inputs:
            raise ValueError(f"rate: expected an input of the listing or a number, got {shown(rate)}")
        theta = values[rate] if isinstance(rate, str) else rate
        states = f"{name} minus {rate} times the partial of {of} by {name}"
        step = values[name] - theta * sweep.partials[name]
        right[new] = states, step, abs(values[name]) + abs(theta) * sizes[name]
    helpers = [line for line in listing.lines if line.name not in forward and line.name not in right]
    findings, left = [], EFFORT
    known = {name: values[name] for name in listing.inputs}
    for line in listing.lines:
        known[line.name] = calculated(line, line.expression, known)
        if line.name in right:
            states, value, size = right[line.name]
            if not close(known[line.name], value, size):
                rests = against(listing, line, of, means, helpers)
                used = [helper for helper in helpers if helper in rests]
                instead, left = mended(line, used, known, value, size, left)
                findings.append(Finding(line, states, rests, instead))
            known[line.name] = value
    return findings


def terms(sweep: Sweep) -> dict[str, Value]:
    """Return for each name the size of its partial's terms, signs aside: what rounding is measured by."""
    size = {name: abs(partial) * 0.0 for name, partial in sweep.partials.items()}
    size[sweep.of] = size[sweep.of] + 1.0
    for (line, name), slope in sweep.local.items():  # in the order of the sweep, last line first
        size[name] = size[name] + size[line] * abs(slope)
    return size


def close(a: Value, b: Value, size: Value) -> bool:
    """Say whether two values are equal but for the rounding of terms of some size, everywhere."""
    return bool(np.all(np.abs(a - b) <= CLOSE * np.maximum(size, np.maximum(np.abs(a), np.abs(b)))))


def against(
    listing: Listing, line: Line, of: str, means: Mapping[str, str], helpers: list[Line]
) -> tuple[Line, ...]:
    """Return the lines that a stated partial rests on: those between its quantity and the ones that it uses.

    If nothing leads from the quantity to the loss, a line has lost its way: one that the stated line
    speaks of, one that the quantity still reaches, or one at the end. Lines that are neither forward nor
    stated are helpers; those that the line uses, also through each other, belong to what it rests on.
    """
    used = {*line.uses}
    for helper in reversed(helpers):
        if helper.name in used:
            used |= {*helper.uses}
    found = used & {helper.name for helper in helpers}
    if line.name in means:
        ends = {means[name] for name in used if name in means}
        needed, live = listing.needed(of), {means[line.name]}
        lost = means[line.name] not in needed
        found |= needed & ends
        for other in listing.lines:
            if live & {*other.uses} and (lost or other.name in needed) and other.name not in means:
                found.add(other.name)
                live |= {other.name} - ends
        if lost:
            found |= needed & {*used, of, *listing.line(of).uses}
    return tuple(other for other in listing.lines if other.name in found)


def mended(
    line: Line, helpers: list[Line], known: Mapping[str, Value], value: Value, size: Value, left: int
) -> tuple[tuple[str, ...], int]:
    """Return the simplest changes of a line, or of a helper, that give the right value: all of one kind.

    No more than so many parts that are left are calculated. What is then left is returned too.
    """
    names = [name for name in known if name != line.name]
    cost = sum(parts(part.expression) for part in (line, *helpers))
    for kind in (renamed, exchanged, signed, multiplied):
        found = []
        for part in (line, *helpers):
            for change, node in kind(part, [name for name in names if name != part.name]):
                left -= cost
                if left < 0:
                    return (), left
                written: dict[str, ast.expr] = {}
                for other in (*helpers, line):
                    written[other.name] = replaced(node if other is part else other.expression, written)
                try:
                    if close(calculated(line, written[line.name], known), value, size):
                        found.append(change if part is line else f"{change} in {part.name}")
                except ValueError:  # a change that divides by zero or overflows is no repair
                    continue
        if found:
            return tuple(dict.fromkeys(found)), left
    return (), left


def renamed(line: Line, names: list[str]) -> Iterator[tuple[str, ast.expr]]:
    """Write another name for one, wherever it stands or in one place only."""
    for old in line.uses:
        for new in names:
            if new != old:
                yield f"{new} for {old}", replaced(line.expression, {old: ast.Name(new)})

    def here(node: ast.expr) -> Iterator[tuple[str, ast.expr]]:
        if isinstance(node, ast.Name) and [*names_in(line.expression)].count(node.id) > 1:
            yield from ((f"{new} for one {node.id}", ast.Name(new)) for new in names if new != node.id)

    yield from somewhere(line.expression, here)


def exchanged(line: Line, names: list[str]) -> Iterator[tuple[str, ast.expr]]:
    """Exchange two names of the line."""
    for a, b in combinations(sorted(line.uses), 2):
        yield f"{a} and {b} exchanged", replaced(line.expression, {a: ast.Name(b), b: ast.Name(a)})


def signed(line: Line, names: list[str]) -> Iterator[tuple[str, ast.expr]]:
    """Turn the sign of the line, or of one part of it."""

    def here(node: ast.expr) -> Iterator[tuple[str, ast.expr]]:
        match node:
            case ast.BinOp(left=left, op=ast.Add(), right=right):
                yield f"minus before {ast.unparse(right)}", ast.BinOp(left, ast.Sub(), right)
            case ast.BinOp(left=left, op=ast.Sub(), right=right):
                yield f"plus before {ast.unparse(right)}", ast.BinOp(left, ast.Add(), right)
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                yield f"no minus before {ast.unparse(operand)}", operand

    yield "its sign turned", ast.UnaryOp(ast.USub(), line.expression)
    yield from somewhere(line.expression, here)


def multiplied(line: Line, names: list[str]) -> Iterator[tuple[str, ast.expr]]:
    """Give the line one more factor: 2, a half, a name, or 1 minus a name."""
    for number in (2, 0.5):
        yield f"{number} as one more factor", times(line.expression, ast.Constant(number))
    for name in names:
        yield f"{name} as one more factor", times(line.expression, ast.Name(name))
        rest = ast.BinOp(ast.Constant(1), ast.Sub(), ast.Name(name))
        yield f"1 - {name} as one more factor", times(line.expression, rest)


def somewhere(
    node: ast.expr, here: Callable[[ast.expr], Iterator[tuple[str, ast.expr]]]
) -> Iterator[tuple[str, ast.expr]]:
    """Go through the expressions that come of a change in one place."""
    yield from here(node)
    match node:
        case ast.UnaryOp(op=op, operand=operand):
            yield from ((said, ast.UnaryOp(op, new)) for said, new in somewhere(operand, here))
        case ast.BinOp(left=left, op=op, right=right):
            yield from ((said, ast.BinOp(new, op, right)) for said, new in somewhere(left, here))
            if not isinstance(op, ast.Pow):
                yield from ((said, ast.BinOp(left, op, new)) for said, new in somewhere(right, here))
        case ast.Call(func=function, args=[argument]):
            yield from ((said, ast.Call(function, [new], [])) for said, new in somewhere(argument, here))
