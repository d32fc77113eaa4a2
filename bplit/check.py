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

from bplit.byhand import shown
from bplit.listing import Line, Listing, Value, calculated, replaced, times
from bplit.listing import names as names_in

DRAWS = 100  # how many random networks are compared at once
CLOSE = 1e-9  # of the size of a number: far above rounding, far below any slip


class Finding(NamedTuple):
    """A line that states something else than the sweep says.

    It contradicts the forward lines in against: one of them is wrong, or it is. Each text in instead
    is a change of the line with which it would agree.
    """

    line: Line
    states: str
    against: tuple[Line, ...]
    instead: tuple[str, ...]

    def __str__(self) -> str:
        rows = [str(self.line), f"    is not {self.states}"]
        rows += [f"    contradicts {line}" for line in self.against]
        rows += [f"    agrees with {change}" for change in self.instead]
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
    rate: str = "theta",
    given: Mapping[str, Value] | None = None,
) -> list[Finding]:
    """Return the lines whose value is not what the sweep says, in the order of the listing.

    means says which line states the partial of which name; by default `meanings` does. A line
    update_w5 is to be w5 minus the rate times the partial by w5. Each line is given the right values of
    the lines before it, so that no line is blamed for another one's slip. given are the inputs to
    compare at, by default random ones between 0.1 and 1.9.

    Raises ValueError if of or a name in means is not in the listing, and as `Listing.run` does.
    """
    means = meanings(listing) if means is None else means
    for name, quantity in means.items():
        listing.line(name)
        if quantity not in (*listing.inputs, *listing.names):
            raise ValueError(
                f"means: {name} states the partial by {shown(quantity)}, which the listing does not have"
            )
    if given is None:
        random = np.random.default_rng(0)
        given = {name: random.uniform(0.1, 1.9, DRAWS) for name in listing.inputs}
    values = listing.run(given)
    sweep = listing.sweep(values, of)
    right = {name: (f"the partial of {of} by {by}", sweep.partials[by]) for name, by in means.items()}
    for name in listing.inputs:
        if f"update_{name}" in listing.names and rate in listing.inputs:
            step = values[name] - values[rate] * sweep.partials[name]
            right[f"update_{name}"] = f"{name} minus {rate} times the partial of {of} by {name}", step
    findings = []
    known = {name: values[name] for name in listing.inputs}
    for line in listing.lines:
        known[line.name] = calculated(line, line.expression, known)
        if line.name in right:
            states, value = right[line.name]
            if not close(known[line.name], value):
                instead = tuple(mended(line, known, value))
                findings.append(Finding(line, states, against(listing, line, of, means), instead))
            known[line.name] = value
    return findings


def close(a: Value, b: Value) -> bool:
    """Say whether two values are equal but for rounding."""
    size = max(np.max(np.abs(a)), np.max(np.abs(b)))
    return bool(np.max(np.abs(a - b)) <= CLOSE * size)


def against(listing: Listing, line: Line, of: str, means: Mapping[str, str]) -> tuple[Line, ...]:
    """Return the forward lines that a stated partial rests on: from its quantity to those that it uses.

    If nothing leads from the quantity to the loss, a line has lost its way: one that the stated line
    speaks of, one that the quantity still reaches, or one at the end.
    """
    if line.name not in means:
        return ()
    ends = {means[name] for name in line.uses if name in means}
    needed, live, found = listing.needed(of), {means[line.name]}, set()
    lost = means[line.name] not in needed
    for other in listing.lines:
        if live & {*other.uses} and (lost or other.name in needed) and other.name not in means:
            found.add(other.name)
            live |= {other.name} - ends
    if lost:
        found |= needed & (ends | {*line.uses, of, *listing.line(of).uses})
    return tuple(other for other in listing.lines if other.name in found)


def mended(line: Line, known: Mapping[str, Value], value: Value) -> list[str]:
    """Return the simplest changes of a line that give it the right value, all of one kind."""
    for kind in (renamed, exchanged, signed, multiplied):
        found = []
        for change, node in kind(line, list(known)):
            try:
                if close(calculated(line, node, known), value):
                    found.append(change)
            except ValueError:  # a change that divides by zero or overflows is no repair
                continue
        if found:
            return found
    return []


def renamed(line: Line, names: list[str]) -> Iterator[tuple[str, ast.expr]]:
    """Write another name for one, wherever it stands or in one place only."""
    for old in line.uses:
        for new in names:
            if new not in (old, line.name):
                yield f"{new} for {old}", replaced(line.expression, {old: ast.Name(new)})

    def here(node: ast.expr) -> Iterator[tuple[str, ast.expr]]:
        if isinstance(node, ast.Name) and [*names_in(line.expression)].count(node.id) > 1:
            yield from ((f"{new} for one {node.id}", ast.Name(new)) for new in names if new != line.name)

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
    """Give the line one more factor: a name, 1 minus a name, 2 or a half."""
    for text in (*(name for name in names if name != line.name), "2", "0.5"):
        factor = ast.parse(text, mode="eval").body
        yield f"{text} as one more factor", times(line.expression, factor)
        rest = ast.BinOp(ast.Constant(1), ast.Sub(), factor)
        yield f"1 - {text} as one more factor", times(line.expression, rest)


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
