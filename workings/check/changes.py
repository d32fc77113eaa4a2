"""Changes: ten ways in which a line may be written otherwise, none of which knows what a network is.

One name for another, anywhere or once; two exchanged; a term or a factor dropped, alone, twice or put in;
a sign; a size; a function off, once too often, or of another sign; a power off. `worded` looks up what each
is called, by the role of the line and of the part: these sentences are data.
"""

import ast
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import reduce
from itertools import combinations
from typing import Any, NamedTuple

from bplit.calculus import times
from bplit.line import Line, mapped, names, replaced
from workings.check.roles import Roles
from workings.words import WORDS

Changed = Iterable[tuple[Any, ast.expr]]  # what is said of a change, and what comes of it
PLUS, TIMES = ast.Add(), ast.Mult()
# In a sum of products it is the same to exchange these, or the others: that stands in `in_sum`.
SECOND_FACTORS = {"net": ("x", "out"), "delta": ("weight",)}


class Change(NamedTuple):
    """A change of a line: what is done, to which part, the expression, its key, what stands for what."""

    what: str
    part: str
    node: ast.expr
    key: str = ""
    old: str = ""
    new: str = ""


def worded(change: Change, role: str) -> str:
    """Return the key of the sentence for a change in a line of a role: the most special one there is."""
    what, part = change.what, change.part
    keys = (f"{what} {role} {part}", f"{what} * {part}", f"{what} {role} *", f"{what} * *")
    return next(key for key in keys if key in WORDS["slip"])


def changes(roles: Roles, line: Line) -> Iterator[Change]:
    """Go through the changes of one line."""
    yield from of_whole(roles, line)
    for place in places(line.expression):
        for inside in (in_sum, in_product, in_others):
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
    first = chain(node, ast.Mult)[0]
    if not (what == "delta" and isinstance(first, ast.BinOp) and isinstance(first.op, ast.Sub)):
        yield Change("sign", "whole", minus(node))  # of a difference target and output are exchanged
    yield Change("size", "half", over(node, 2))
    yield Change("size", "double", times(ast.Constant(2), node))
    sharing = max((layer.biases or ()).count(roles.worked.means.get(line.name, "")) for layer in roles.layers)
    if what == "partial" and sharing > 1:
        yield Change("size", "shared", over(node, sharing))
    for n in {len(roles.layers[-1].outs), len(roles.examples)} - {1, 2}:
        yield Change("size", "mean", over(node, n), str(n), str(n))
        yield Change("size", "sum", times(ast.Constant(n), node), str(n), str(n))
    yield from ten_times(node, said("the result"))
    if what == "partial" and roles.rate:
        yield Change("put", "rate", times(ast.Name(roles.rate), node))
    ten = ast.Call(ast.Name("log"), [ast.Constant(10)], [])
    logs = [part for part in ast.walk(node) if isinstance(part, ast.Call) and ast.unparse(part.func) == "log"]
    decimal = mapped(node, lambda part: ast.BinOp(part, ast.Div(), ten) if part in logs else part)
    if decimal is not node:
        yield Change("base", "10", decimal)
    if what == "partial" and isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div):
        for k, term in enumerate(chain(node.left, ast.Add)):  # and nothing is left to take a mean of
            yield Change("only", "example", term, str(k), ast.unparse(term))


def in_sum(roles: Roles, line: Line, place: ast.expr) -> Iterator[Change]:
    """Drop a term of a sum, let it stand alone or twice, turn its sign, move its point; exchange factors."""
    terms = chain(place, ast.Add)
    if len(terms) == 1:
        return
    for k, term in enumerate(terms):
        part, text, first = roles.part(term, line.name) or "term", ast.unparse(term), next(names(term), "")
        key = "" if part == "bias" else str(k)
        yield Change("drop", part, joined(terms[:k] + terms[k + 1 :], PLUS), key, text)
        yield Change("only", part, term, key, first if roles.what(first) == "delta" else text)
        turned = ast.BinOp(joined(terms[:k], PLUS), ast.Sub(), term) if k else minus(term)
        yield Change("sign", "term", joined([turned, *terms[k + 1 :]], PLUS), str(k), text)
        if part == "bias":
            yield Change("twice", part, joined([*terms, term], PLUS), key, text)
            continue
        for one in ten_times(term, text):
            yield one._replace(node=substituted(place, term, one.node), key=f"{k} {one.key}")
    products = [chain(term, ast.Mult) for term in terms]
    if all(len(factors) == 2 for factors in products):  # an outer product, or a broadcast
        yield Change("outer", "", times(*(joined(some, PLUS) for some in zip(*products, strict=True))))
    pairs = [k for k, term in enumerate(terms) if len(products[k]) == len([*names(term)]) == 2]
    for i, j in combinations(pairs, 2):
        a, b = next(names(terms[i])), next(names(terms[j]))
        left, right = (with_names(terms[k], {a: b, b: a}) for k in (i, j))
        crossed = substituted(substituted(place, terms[i], left), terms[j], right)
        yield Change("swap", "", crossed, f"{i} {j}", a, b)


def in_product(roles: Roles, line: Line, place: ast.expr) -> Iterator[Change]:
    """Drop a factor of a product, or let it stand twice; and the same with a whole slope."""
    factors = chain(place, ast.Mult)
    slope = [factor for factor in factors if roles.part(factor, line.name) == "slope"]
    for k, factor in enumerate(factors if len(factors) > 1 else ()):
        part, text = roles.part(factor, line.name), ast.unparse(factor)
        rest = joined(factors[:k] + factors[k + 1 :], TIMES)
        if slope[1:] and factor in slope:
            yield Change("drop", "slope-part", rest, str(slope.index(factor)), text)
        elif factor not in slope and roles.what(text) != "partial":
            yield Change("drop", part or "factor", rest, str(k) * (not part), text)
        if part == "rate" and roles.role(line.name).what == "update":
            yield Change("twice", part, joined([factor, *factors], TIMES))
    if slope and len(slope) < len(factors):
        yield Change("drop", "slope", joined([f for f in factors if f not in slope], TIMES))
        yield Change("twice", "slope", joined([*factors, *slope], TIMES))
    role = roles.role(line.name)
    if role.what != "delta" or (place is not line.expression and len(factors) == 1):
        return
    out = roles.of(roles.layers[role.layer - 1].outs[role.place[0]], role.example)
    value = roles.worked.listing.line(out).expression
    rest = ast.BinOp(ast.Constant(1), ast.Sub(), ast.Name(out))
    if 0 < len(slope) < len(factors) and isinstance(value, ast.Call) and ast.unparse(value.func) == "tanh":
        others = [factor for factor in factors if factor not in slope]
        yield Change("map", "slope-sigmoid", joined([*others, ast.Name(out), rest], TIMES))
    other: list[tuple[str, str, ast.expr]] = [
        ("other", str(roles.role(name).place[0]), ast.Name(name)) for name in roles.alike(out)
    ]
    if isinstance(value, ast.Call):
        other.append(("again", "", ast.Call(value.func, [ast.Name(out)], [])))
        other.append(("net", "", ast.Name(roles.maps["net"][out])))
    for part, key, node in other if any(out in names(factor) for factor in slope) else ():
        written = [replaced(factor, {out: node}) if factor in slope else factor for factor in factors]
        yield Change("map", f"slope-{part}", joined(written, TIMES), key, out, ast.unparse(node))


def in_others(roles: Roles, line: Line, place: ast.expr) -> Iterator[Change]:
    """Take a sum for a difference, or nothing away; leave a power or a function off, or take it again."""
    match place:
        case ast.BinOp(left=left, op=ast.Sub(), right=right):
            text, whole = ast.unparse(right), not isinstance(left, ast.Constant)
            yield Change("sign", "term", ast.BinOp(left, PLUS, right), "-" if whole else text, text)
            if whole:
                yield Change("drop", "term", left, "-", text)
        case ast.BinOp(left=left, op=ast.Pow()):
            yield Change("drop", "power", left)
        case ast.Call(func=function, args=[inner]) if roles.role(line.name).what in ("out", "other"):
            yield Change("drop", "function", inner)
            yield Change("twice", "function", ast.Call(function, [place], []))
            if ast.unparse(function) != "tanh":  # of which it is the same as the sign of the result
                yield Change("sign", "function", ast.Call(function, [minus(inner)], []))


def of_names(roles: Roles, line: Line) -> Iterator[Change]:
    """Write another name for one, everywhere or once, and exchange two."""
    node, role, net = line.expression, roles.role(line.name), roles.maps["net"]
    used = [*names(node)]
    outs = {name: net[name] for name in used if name in net and roles.role(name).layer < role.layer}
    if outs and role.what in ("net", "partial"):
        yield Change("map", "net", with_names(node, outs))
    for old in dict.fromkeys(used):
        one = roles.role(old)
        kind = "input" if one.what in ("x", "out") else one.what
        at = [part for part in ast.walk(node) if isinstance(part, ast.Name) and part.id == old]
        for new in roles.alike(old):
            key = f"{kind} {one.place} {roles.role(new).place}" if role.what != "update" else line.name
            both = {roles.of(old, e): roles.of(new, e) for e in roles.examples} | {old: new}
            yield Change("name", kind, with_names(node, both), key, old, new)
            for k, part in enumerate(at if len(at) > 1 else ()):
                yield Change("once", "", substituted(node, part, ast.Name(new)), f"{key} {k}", old, new)
        for table in (net, roles.maps["updated"] if role.what == "delta" else {}):
            if new := table.get(old, ""):
                yield Change("name", kind, with_names(node, {old: new}), old, old, new)
    for a, b in combinations([name for name in used if used.count(name) == 1], 2):
        if b in roles.alike(a) and roles.what(a) not in SECOND_FACTORS.get(role.what, ()):
            both = {a: b, b: a}
            yield Change("swap", "", with_names(node, both), f"at {used.index(a)} {used.index(b)}", a, b)


def of_delta(roles: Roles, line: Line) -> Iterator[Change]:
    """Carry back something else, or by other weights; compare with another target."""
    node, role, y = line.expression, roles.role(line.name), roles.worked.y
    if role.layer == len(roles.layers) and y:
        ends = roles.layers[-1].outs, y
        out, target = (roles.of(group[role.place[0]], role.example) for group in ends)
        first, *others = chain(node, ast.Mult)
        turned = with_names(first, {target: out, out: target})
        yield Change("swap", "target", substituted(node, first, turned))
        if not any(roles.part(factor, line.name) == "slope" for factor in (first, *others)):
            rest = ast.BinOp(ast.Constant(1), ast.Sub(), ast.Name(out))
            yield Change("put", "slope", times(times(node, ast.Name(out)), rest))
        if len(roles.examples) > 1:  # a row of targets is taken for a column
            every = joined([ast.Name(roles.of(y[role.place[0]], e)) for e in roles.examples], PLUS)
            yield Change("map", "targets", replaced(node, {target: over(every, len(roles.examples))}))
    for place in (part for part in ast.walk(node) if isinstance(part, ast.BinOp)):
        used = [*names(place)]
        if used and [roles.what(name) for name in used] == ["delta", "weight"] * (len(used) // 2):
            break
    else:
        return
    deltas, weights = used[::2], used[1::2]
    by = [ast.Name(roles.partials.get(w) or roles.partials.get(roles.origin.get(w, ""), "")) for w in weights]
    if all(partial.id for partial in by):
        products = [times(partial, ast.Name(w)) for partial, w in zip(by, weights, strict=True)]
        yield Change("map", "gradient", substituted(node, place, joined(products, PLUS)))
        yield Change("map", "gradient-alone", substituted(node, place, joined(by, PLUS)))
    yield Change("map", "alone", substituted(node, place, joined([*map(ast.Name, deltas)], PLUS)))
    for part in ("updated", "turned"):
        if new := {w: roles.maps[part][w] for w in weights if w in roles.maps[part]}:
            text = ", ".join(said("one for another", new=b, old=a) for a, b in new.items())
            yield Change("map", part, with_names(node, new), "", text)


def ten_times(node: ast.expr, text: str) -> Iterator[Change]:
    """Move the decimal point of an expression, to either side."""
    yield Change("size", "ten", times(ast.Constant(10), node), "10", said("too large", part=text))
    yield Change("size", "ten", over(node, 10), "0.1", said("too small", part=text))


def over(node: ast.expr, n: int) -> ast.expr:
    """Return an expression divided by a number."""
    return ast.BinOp(node, ast.Div(), ast.Constant(n))


def minus(node: ast.expr) -> ast.expr:
    """Return minus an expression."""
    return ast.UnaryOp(ast.USub(), node)


def said(key: str, **filled: object) -> str:
    """Return a sentence about mistakes, filled in."""
    return WORDS["mistake"][key].format(**filled)


def with_names(node: ast.expr, other: Mapping[str, str]) -> ast.expr:
    """Return an expression with other names in place of some."""
    return replaced(node, {old: ast.Name(new) for old, new in other.items()})


def substituted(node: ast.expr, old: ast.expr, new: ast.expr) -> ast.expr:
    """Return an expression with another one in place of a part of it."""
    return mapped(node, lambda part: new if part is old else part)


def chain(node: ast.expr, *kinds: type[ast.operator]) -> list[ast.expr]:
    """Return the parts of a sum (`ast.Add`) or of a product (`ast.Mult`)."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, kinds):
        return [*chain(node.left, *kinds), node.right]
    return [node]


def joined(parts: Sequence[ast.expr], kind: ast.operator) -> ast.expr:
    """Return the sum or the product of parts."""
    return reduce(lambda a, b: ast.BinOp(a, kind, b), parts)


def places(node: ast.expr, within: type[ast.operator] | None = None) -> Iterator[ast.expr]:
    """Go through the parts of an expression, of a sum or a product only the whole one, outer ones first."""
    own = type(node.op) if isinstance(node, ast.BinOp) else None
    if own not in (ast.Add, ast.Mult) or own is not within:
        yield node
    match node:
        case ast.UnaryOp(operand=inner) | ast.Call(args=[inner]):
            yield from places(inner)
        case ast.BinOp(left=left, op=op, right=right):
            yield from places(left, own)
            yield from () if isinstance(op, ast.Pow) else places(right)


def somewhere(node: ast.expr, here: Callable[[ast.expr], Changed]) -> Changed:
    """Go through the expressions that come of a change in one place; a part may stand in several."""
    yield from here(node)
    match node:
        case ast.UnaryOp(op=op, operand=operand):
            yield from ((change, ast.UnaryOp(op, new)) for change, new in somewhere(operand, here))
        case ast.BinOp(left=left, op=op, right=right):
            yield from ((change, ast.BinOp(new, op, right)) for change, new in somewhere(left, here))
            if not isinstance(op, ast.Pow):
                yield from ((change, ast.BinOp(left, op, new)) for change, new in somewhere(right, here))
        case ast.Call(func=function, args=[argument]):
            yield from ((change, ast.Call(function, [new], [])) for change, new in somewhere(argument, here))
