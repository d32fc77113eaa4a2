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
from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import NamedTuple

import numpy as np

from bplit.calculus import times
from bplit.given import shown
from bplit.line import Line, Value, calculated, names, parts, replaced
from bplit.listing import Listing, Sweep
from workings.check.edits import Changed, said, somewhere, swapped, with_names

DRAWS = 100  # how many random networks are compared at once
CLOSE = 1e-9  # of the size of a number: far above rounding, far below any slip
EFFORT = 500_000  # how many parts of lines may be calculated in search of changes


class Edit(NamedTuple):
    """What is written otherwise: how, the new name or part, the old one, and in which helper of the line."""

    how: str
    new: str = ""
    old: str = ""
    helper: str = ""

    def __str__(self) -> str:
        text = said(f"edit: {self.how}", new=self.new, old=self.old)
        return said("edit: helper", edit=text, line=self.helper) if self.helper else text


def renamings(line: Line, known: Sequence[str]) -> Changed:
    """Write another name for one, wherever it stands or in one place only."""
    for old in line.uses:
        for new in known:
            if new != old:
                yield Edit("name", new, old), with_names(line.expression, {old: new})

    def here(node: ast.expr) -> Changed:
        if isinstance(node, ast.Name) and [*names(line.expression)].count(node.id) > 1:
            yield from ((Edit("one name", new, node.id), ast.Name(new)) for new in known if new != node.id)

    yield from somewhere(line.expression, here)


def exchanges(line: Line, known: Sequence[str]) -> Changed:
    """Exchange two names of the line."""
    for a, b in combinations(sorted(line.uses), 2):
        yield Edit("exchanged", a, b), swapped(line.expression, a, b)


def signs(line: Line, known: Sequence[str]) -> Changed:
    """Turn the sign of the line, or of one part of it."""

    def here(node: ast.expr) -> Changed:
        match node:
            case ast.BinOp(left=left, op=ast.Add(), right=right):
                yield Edit("minus", ast.unparse(right)), ast.BinOp(left, ast.Sub(), right)
            case ast.BinOp(left=left, op=ast.Sub(), right=right):
                yield Edit("plus", ast.unparse(right)), ast.BinOp(left, ast.Add(), right)
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                yield Edit("no minus", ast.unparse(operand)), operand

    yield Edit("sign"), ast.UnaryOp(ast.USub(), line.expression)
    yield from somewhere(line.expression, here)


def more_factors(line: Line, known: Sequence[str]) -> Changed:
    """Give the line one more factor: 2, a half, a name, or 1 minus a name."""
    factors: list[ast.expr] = [ast.Constant(2), ast.Constant(0.5)]
    for name in known:
        factors += [ast.Name(name), ast.BinOp(ast.Constant(1), ast.Sub(), ast.Name(name))]
    for factor in factors:
        yield Edit("factor", ast.unparse(factor)), times(line.expression, factor)


class Finding(NamedTuple):
    """A line that states something else than the sweep says.

    It and the lines in against cannot all be right. Each edit of the line, or of a helper that it uses,
    is one with which it would agree at the numbers that were compared.
    """

    line: Line
    states: str
    against: tuple[Line, ...]
    edits: tuple[Edit, ...]

    @property
    def instead(self) -> tuple[str, ...]:
        """The edits in words."""
        return tuple(map(str, self.edits))

    def __str__(self) -> str:
        rows = [said("is not", what=self.states)]
        rows += [said("contradicts", line=line) for line in self.against]
        rows += [said("would agree", edit=edit) for edit in self.edits]
        return "\n    ".join([str(self.line), *rows])


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
    if updates is None:
        updates = {f"update_{name}": name for name in listing.inputs if f"update_{name}" in listing.names}
    right = wanted(listing, listing.sweep(values, of), values, means, rate, updates)
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
                edits, left = mended(line, used, known, value, size, left)
                findings.append(Finding(line, states, rests, edits))
            known[line.name] = value
    return findings


def wanted(
    listing: Listing,
    sweep: Sweep,
    values: Mapping[str, Value],
    means: Mapping[str, str],
    rate: str | float,
    updates: Mapping[str, str],
) -> dict[str, tuple[str, Value, Value]]:
    """Return what each line states, in words, the right value of it, and the size of that one's terms."""
    sizes, of = sizes_of(sweep), sweep.of
    right = {
        name: (said("partial", of=of, by=by), sweep.partials[by], sizes[by]) for name, by in means.items()
    }
    for new, name in updates.items():
        if isinstance(rate, str) and rate not in listing.inputs:
            raise ValueError(f"rate: expected an input of the listing or a number, got {shown(rate)}")
        theta = values[rate] if isinstance(rate, str) else rate
        states = said("new value", name=name, rate=rate, of=of)
        step = values[name] - theta * sweep.partials[name]
        right[new] = states, step, abs(values[name]) + abs(theta) * sizes[name]
    return right


def sizes_of(sweep: Sweep) -> dict[str, Value]:
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
) -> tuple[tuple[Edit, ...], int]:
    """Return the simplest edits of a line, or of a helper, that give the right value: all of one kind.

    No more than so many parts that are left are calculated. What is then left is returned too.
    """
    cost = sum(parts(part.expression) for part in (line, *helpers))
    for edited in (renamings, exchanges, signs, more_factors):
        found = []
        for part in (line, *helpers):
            for edit, node in edited(part, [name for name in known if name not in (line.name, part.name)]):
                left -= cost
                if left < 0:
                    return (), left
                written: dict[str, ast.expr] = {}
                for other in (*helpers, line):
                    written[other.name] = replaced(node if other is part else other.expression, written)
                try:
                    if close(calculated(line, written[line.name], known), value, size):
                        found.append(edit if part is line else edit._replace(helper=part.name))
                except ValueError:  # a change that divides by zero or overflows is no repair
                    continue
        if found:
            return tuple(dict.fromkeys(found)), left
    return (), left
