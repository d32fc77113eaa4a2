"""Changes: ten ways in which a line of a listing may be written otherwise. None of them knows what a network is.

One name for another, anywhere or once; two exchanged; a term or a factor dropped, alone, twice or put in;
a sign; a size; a function off, once too often, or of something else; a power off. `called` looks up what each is called, by
the role of the line and of the part: these sentences are data.

>>> from workings.net import TEMPLATE, parsed
>>> roles = Roles(parsed(TEMPLATE, "network.toml").worked())
>>> for one in changes(roles, roles.worked.listing.line("new_w5")):
...     if called(one, "update")[0] in ("climbs", "rate forgotten"):
...         print(f"{called(one, 'update')[1]}: {ast.unparse(one.node)}")
the learning rate is left out: w5 - dE_dw5
the step goes up the slope: plus for minus: w5 + rate * dE_dw5
"""

import ast
from collections.abc import Iterable, Iterator
from itertools import combinations
from typing import NamedTuple

from bplit.calculus import times
from bplit.line import Line, mapped, names, replaced
from workings.check.edits import chain, joined, places, said, substituted, swapped, with_names
from workings.check.roles import Roles
from workings.words import WORDS

PLUS, TIMES = ast.Add(), ast.Mult()
SAYS = {tuple(key.split()): text.partition(": ")[::2] for key, text in WORDS["slip"].items()}


class Change(NamedTuple):
    """A change of a line: what is done, to which part, the expression, what tells it from others alike.

    ``old`` is the part, or the name, and ``new`` what stands in its place.
    """

    what: str
    part: str
    node: ast.expr
    key: str = ""
    old: str = ""
    new: str = ""


def called(change: Change, role: str) -> tuple[str, str]:
    """Return the kind of a change in a line of a role, and its sentence: the most special one there is."""
    what, part = change.what, change.part
    keys = ((what, role, part), (what, "*", part), (what, role, "*"), (what, "*", "*"))
    kind, says = next(SAYS[key] for key in keys if key in SAYS)
    return kind, says.format(old=change.old, new=change.new)


def changes(roles: Roles, line: Line) -> Iterator[Change]:
    """Go through the changes of one line."""
    yield from of_whole(roles, line)
    for place in places(line.expression):
        for inside in (in_sum, in_product, in_difference, in_function):
            for one in inside(roles, line, place):
                yield one._replace(node=substituted(line.expression, place, one.node))
    yield from of_names(roles, line)
    if roles.role(line.name).what == "delta":
        yield from of_delta(roles, line)


def of_whole(roles: Roles, line: Line) -> Iterator[Change]:
    """Change the sign or the size of a line."""
    node, what = line.expression, roles.role(line.name).what
    if what == "update":
        return
    yield Change("sign", "whole", ast.UnaryOp(ast.USub(), node))
    yield Change("size", "half", ast.BinOp(node, ast.Div(), ast.Constant(2)))
    yield Change("size", "double", times(ast.Constant(2), node))
    for n in {roles.units, len(roles.examples)} - {1, 2}:
        yield Change("size", "mean", ast.BinOp(node, ast.Div(), ast.Constant(n)), str(n), str(n))
        yield Change("size", "sum", times(ast.Constant(n), node), str(n), str(n))
    yield from ten_times(node, said("the result"))
    if what == "partial" and roles.rate:
        yield Change("put", "rate", times(ast.Name(roles.rate), node))
    ten = ast.Call(ast.Name("log"), [ast.Constant(10)], [])
    decimal = mapped(node, lambda n: ast.BinOp(n, ast.Div(), ten) if is_log(n) else n)
    if decimal is not node:
        yield Change("base", "10", decimal)
    if what == "partial" and isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div):
        for k, term in enumerate(chain(node.left, ast.Add)):  # and nothing is left to take a mean of
            yield Change("only", "example", term, str(k), ast.unparse(term))


def in_sum(roles: Roles, line: Line, place: ast.expr) -> Iterator[Change]:
    """Drop a term of a sum, let it stand alone, or twice, turn its sign, move its decimal point."""
    terms = chain(place, ast.Add)
    for k, term in enumerate(terms if len(terms) > 1 else ()):
        part, text = roles.part(term, line.name) or "term", ast.unparse(term)
        before, after = terms[:k], terms[k + 1 :]
        path, key = next(names(term), text), "" if part == "bias" else str(k)
        yield Change("drop", part, joined([*before, *after], PLUS), key, text)
        yield Change("only", part, term, key, path if roles.what(path) == "delta" else text)
        if part == "bias":
            yield Change("twice", part, joined([*terms, term], PLUS), key, text)
        minus = ast.BinOp(joined(before, PLUS), ast.Sub(), term) if k else ast.UnaryOp(ast.USub(), term)
        yield Change("sign", "term", joined([minus, *after], PLUS), f"{k}", text)
        for one in ten_times(term, text) if part != "bias" else ():
            yield one._replace(node=substituted(place, term, one.node), key=f"{k} {one.key}")
    pairs = [chain(term, ast.Mult) for term in terms]
    if len(terms) > 1 and all(len(pair) == 2 for pair in pairs):  # an outer product, or a broadcast
        sums = [joined(some, PLUS) for some in zip(*pairs, strict=True)]
        yield Change("outer", "", times(*sums))
    for i, j in combinations([k for k, term in enumerate(terms) if len([*names(term)]) == 2], 2):
        a, b = next(names(terms[i])), next(names(terms[j]))
        crossed = substituted(substituted(place, terms[i], swapped(terms[i], a, b)), terms[j], swapped(terms[j], a, b))
        if a != b and len(pairs[i]) == len(pairs[j]) == 2:
            yield Change("swap", "", crossed, f"{i} {j}", a, b)


def in_product(roles: Roles, line: Line, place: ast.expr) -> Iterator[Change]:
    """Drop a factor of a product, or let it stand twice; and the same with a whole slope."""
    factors = chain(place, ast.Mult)
    if len(factors) == 1:
        return
    parts = [roles.part(factor, line.name) for factor in factors]
    slope = [factor for factor, part in zip(factors, parts, strict=True) if part == "slope"]
    for k, (factor, part) in enumerate(zip(factors, parts, strict=True)):
        text, rest = ast.unparse(factor), joined(factors[:k] + factors[k + 1 :], TIMES)
        if part == "slope" and len(slope) > 1:
            yield Change("drop", "slope-part", rest, str(slope.index(factor)), text)
        elif part != "slope" and not is_name(factor, roles, "partial"):
            yield Change("drop", part or "factor", rest, str(k) * (part == ""), text)
        if part == "rate":
            yield Change("twice", part, joined([factor, *factors], TIMES))
    if slope and len(slope) < len(factors):
        kept = [factor for factor in factors if factor not in slope]
        yield Change("drop", "slope", joined(kept, TIMES))
        yield Change("twice", "slope", joined([*factors, *slope], TIMES))
    if slope and roles.role(line.name).what == "delta":
        yield from other_slopes(roles, line, factors, slope)


def other_slopes(
    roles: Roles, line: Line, factors: list[ast.expr], slope: list[ast.expr]
) -> Iterator[Change]:
    """Take the slope of an activation somewhere else: at its output, of its net input, of another unit."""
    role = roles.role(line.name)
    out = roles.of(roles.layers[role.layer - 1].outs[role.unit], role.example)
    value = roles.worked.listing.line(out).expression
    if not any(out in names(factor) for factor in slope):
        return
    other = {name: (f"{roles.role(name).unit}", "other", ast.Name(name)) for name in roles.alike(out)}
    new: list[tuple[str, str, ast.expr]] = [*other.values()]
    if isinstance(value, ast.Call):
        new += [("", "again", ast.Call(value.func, [ast.Name(out)], [])), ("", "net", ast.Name(roles.maps["net"][out]))]
    for key, part, node in new:
        written = [replaced(factor, {out: node}) if factor in slope else factor for factor in factors]
        yield Change("map", f"slope-{part}", joined(written, TIMES), key, out, ast.unparse(node))


def in_difference(roles: Roles, line: Line, place: ast.expr) -> Iterator[Change]:
    """Take a sum for a difference, or drop what is taken away; leave a power off."""
    match place:
        case ast.BinOp(left=left, op=ast.Sub(), right=right):
            text = ast.unparse(right)
            yield Change("sign", "term", ast.BinOp(left, PLUS, right), text if isinstance(left, ast.Constant) else "-", text)
            if not isinstance(left, ast.Constant):
                yield Change("drop", "term", left, "-", text)
        case ast.BinOp(left=left, op=ast.Pow()):
            yield Change("drop", "power", left)


def in_function(roles: Roles, line: Line, place: ast.expr) -> Iterator[Change]:
    """Leave a function off, take it once too often, or of the other sign."""
    match place:
        case ast.Call(func=function, args=[inner]) if roles.role(line.name).what in ("out", "other"):
            yield Change("drop", "function", inner)
            yield Change("twice", "function", ast.Call(function, [place], []))
            yield Change("sign", "function", ast.Call(function, [ast.UnaryOp(ast.USub(), inner)], []))


def of_names(roles: Roles, line: Line) -> Iterator[Change]:
    """Write another name for one, everywhere or once, and exchange two."""
    node, role = line.expression, roles.role(line.name)
    used = [*names(node)]
    net = roles.maps["net"]
    outs = {name: net[name] for name in used if name in net and roles.role(name).layer < role.layer}
    if outs and role.what in ("net", "partial"):
        yield Change("map", "net", with_names(node, outs))
    for old in dict.fromkeys(used):
        one = roles.role(old)
        for new in roles.alike(old):
            other = roles.role(new)
            kind = "input" if one.what in ("x", "out") else one.what
            key = f"{kind} {one.unit} {other.unit} {one.column} {other.column}"
            key = line.name if role.what == "update" else key
            both = {roles.of(old, e): roles.of(new, e) for e in roles.examples} | {old: new}
            yield Change("name", kind, with_names(node, both), key, old, new)
            yield from once(node, old, ast.Name(new), f"{key} ") if used.count(old) > 1 else ()
        for table in (net, roles.maps["updated"]):
            if new := table.get(old, ""):
                yield Change("name", one.what, with_names(node, {old: new}), old, old, new)
    # in a sum of products it is the same to exchange the others, which `in_sum` does
    free = [name for name in used if roles.what(name) not in {"net": ("x", "out"), "delta": ("weight",)}.get(role.what, ())]
    for a, b in combinations(dict.fromkeys(free), 2):
        if b in roles.alike(a) and used.count(a) == used.count(b) == 1:
            yield Change("swap", "", swapped(node, a, b), f"at {used.index(a)} {used.index(b)}", a, b)


def once(node: ast.expr, old: str, new: ast.Name, key: str) -> Iterator[Change]:
    """Write a name for one that stands in several places, in each of them."""
    at = [part for part in ast.walk(node) if isinstance(part, ast.Name) and part.id == old]
    for k, part in enumerate({id(part): part for part in at}.values()):
        yield Change("once", "", substituted(node, part, new), f"{key}{k}", old, new.id)


def of_delta(roles: Roles, line: Line) -> Iterator[Change]:
    """Carry back something else, or by other weights; compare with another target."""
    node, role = line.expression, roles.role(line.name)
    outs, y = [roles.of(name, role.example) for name in roles.layers[role.layer - 1].outs], roles.worked.y
    own = ast.Name(outs[role.unit])
    if len(chain(node, ast.Mult)) == 1 and roles.part(node, line.name) == "slope":
        yield from other_slopes(roles, line, [node], [node])
    if role.layer == len(roles.layers) and y:
        target, first = roles.of(y[role.unit], role.example), chain(node, ast.Mult)[0]
        yield Change("swap", "target", substituted(node, first, swapped(first, target, own.id)))
        if not any(roles.part(factor, line.name) == "slope" for factor in chain(node, ast.Mult)):
            yield Change("put", "slope", times(times(node, own), ast.BinOp(ast.Constant(1), ast.Sub(), own)))
        if len(roles.examples) > 1:  # a row of targets is taken for a column
            every = joined([ast.Name(roles.of(y[role.unit], e)) for e in roles.examples], PLUS)
            mean = ast.BinOp(every, ast.Div(), ast.Constant(len(roles.examples)))
            yield Change("map", "targets", replaced(node, {target: mean}))
        return
    for place in places(node):
        pairs = [[*names(term)] for term in chain(place, ast.Add)]
        if isinstance(place, ast.BinOp) and all(["delta", "weight"] == [*map(roles.what, pair)] for pair in pairs):
            break
        if inner := spine(roles, place):
            place, pairs = inner, [[*names(inner)]]
            break
    else:
        return
    partials = [roles.partials.get(roles.origin.get(w, w)) or roles.partials.get(w) for _, w in pairs]
    if all(partials):
        by = [ast.Name(partial or "") for partial in partials]
        times_w = [times(a, ast.Name(w)) for a, (_, w) in zip(by, pairs, strict=True)]
        yield Change("map", "gradient", substituted(node, place, joined(times_w, PLUS)))
        yield Change("map", "gradient-alone", substituted(node, place, joined(by, PLUS)))
    yield Change("map", "alone", substituted(node, place, joined([ast.Name(d) for d, _ in pairs], PLUS)))
    for part in ("updated", "turned"):
        new = {w: roles.maps[part][w] for _, w in pairs if w in roles.maps[part]}
        if new:
            text = ", ".join(said("one for another", new=b, old=a) for a, b in new.items())
            yield Change("map", part, with_names(node, new), "", text)


def spine(roles: Roles, node: ast.expr) -> ast.expr | None:
    """Return the single delta times its weight with which a product begins, if it begins so."""
    while isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult) and len([*names(node)]) > 2:
        node = node.left
    kinds = [roles.what(name) for name in names(node)]
    return node if kinds == ["delta", "weight"] and isinstance(node, ast.BinOp) else None


def ten_times(node: ast.expr, text: str) -> Iterator[Change]:
    """Move the decimal point of an expression, to either side."""
    yield Change("size", "ten", times(ast.Constant(10), node), "10", said("too large", part=text))
    yield Change("size", "ten", ast.BinOp(node, ast.Div(), ast.Constant(10)), "0.1", said("too small", part=text))


def is_name(node: ast.expr, roles: Roles, what: str) -> bool:
    """Say whether an expression is a name of a role."""
    return isinstance(node, ast.Name) and roles.what(node.id) == what


def is_log(node: ast.expr) -> bool:
    """Say whether an expression is a logarithm."""
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "log"
