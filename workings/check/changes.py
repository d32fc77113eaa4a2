"""Changes: what each line of a worked listing is, and what people write otherwise in it.

>>> from workings.net import TEMPLATE, parsed
>>> roles = Roles(parsed(TEMPLATE, "network.toml").worked())
>>> for one in changes(roles, roles.worked.listing.line("new_w5")):
...     if one.kind in ("climbs", "rate forgotten"):
...         print(f"{one.says}: {ast.unparse(one.node)}")
the step goes up the slope: plus for minus: w5 + rate * dE_dw5
the learning rate is left out: w5 - dE_dw5
"""

import ast
from collections.abc import Callable, Iterator, Mapping
from functools import reduce
from itertools import combinations
from typing import NamedTuple

from bplit.calculus import times
from bplit.line import Line, mapped, names, replaced
from workings.check.edits import chain, said, spine, substituted, summed, swapped, with_names
from workings.net.writer import Worked


class Role(NamedTuple):
    """What a line is: of which kind, in which layer (from 1), of which unit (from 0) and example."""

    what: str
    layer: int = 0
    unit: int = 0
    example: str = ""


class Roles:
    """The lines of a worked listing by what they are, and which names are alike."""

    def __init__(self, worked: Worked) -> None:
        self.worked, self.layers = worked, worked.layers
        found = sorted({stage.example for stage in worked.stages} - {0})
        self.examples = [f"_e{example}" for example in found] or [""]
        self.units = len(self.layers[-1].outs)  # of the last layer
        self.partials: dict[str, str] = {}  # the partial by each weight and bias
        self.renewed: dict[str, str] = {}  # what the next update of each weight is called
        self.lines: dict[str, Role] = {}
        for n, layer in enumerate(self.layers, 1):
            for unit, triple in enumerate(zip(layer.nets, layer.outs, layer.deltas, strict=True)):
                for e in self.examples:
                    for what, name in zip(("net", "out", "delta"), triple, strict=True):
                        self.lines[self.of(name, e)] = Role(what, n, unit, e)
        stages = {name: stage.kind for stage in worked.stages for name in stage.names}
        weights = {w for layer in self.layers for row in layer.weights for w in row}
        for line in worked.listing.lines:
            kind, of = stages[line.name], worked.means.get(line.name, "")
            if line.name in self.lines and self.lines[line.name].what != "delta":
                continue
            if kind == "update":
                self.lines[line.name] = Role("update")
                old = next(names(line.expression))
                if old in weights or old in self.renewed.values():
                    self.renewed[old] = line.name
            elif kind == "loss":
                self.lines[line.name] = Role("loss")
            elif kind == "backward" and self.layer_of(of):
                self.partials[of] = line.name
                self.lines[line.name] = Role("partial", self.layer_of(of))

    def of_line(self, name: str) -> Role:
        """Return what a line is."""
        return self.lines.get(name, Role("other"))

    def of(self, name: str, example: str) -> str:
        """Return the name that a name of the first example has in another one."""
        return name.removesuffix("_e1") + example if example else name

    def layer_of(self, name: str) -> int:
        """Return the layer of a weight or bias, or 0."""
        for n, layer in enumerate(self.layers, 1):
            if any(name in row for row in layer.weights) or name in (layer.biases or ()):
                return n
        return 0

    def below(self, layer: int, example: str = "") -> list[str]:
        """Return the names of what goes into a layer."""
        inside = self.worked.x if layer == 1 else self.layers[layer - 2].outs
        return [self.of(name, example) for name in inside]

    def nets_below(self, layer: int) -> dict[str, str]:
        """Return for each name that goes into a layer the net input that it comes from, in all examples."""
        below = self.layers[layer - 2]
        pairs = zip(below.outs, below.nets, strict=True) if layer > 1 else ()
        return {self.of(out, e): self.of(net, e) for out, net in pairs for e in self.examples}

    def turned(self, layer: int) -> dict[str, str]:
        """Return for each weight of a square layer the one that stands in its place in columns."""
        rows = self.layers[layer - 1].weights
        if len(rows) != len(rows[0]):
            return {}
        places = range(len(rows))
        return {rows[i][j]: rows[j][i] for i in places for j in places if i != j}


class Change(NamedTuple):
    """A change of one line: its kind, in words, the expression, what tells it from others of its kind."""

    kind: str
    says: str
    node: ast.expr
    key: str = ""


def change(kind: str, node: ast.expr, key: object = "", **filled: object) -> Change:
    """Return a change with the sentence of its kind, filled in."""
    return Change(kind, said(kind, **filled), node, str(key))


def changes(roles: Roles, line: Line) -> Iterator[Change]:
    """Go through the changes of one line."""
    role = roles.of_line(line.name)
    if role.what in OWN:
        yield from OWN[role.what](roles, line, role)
    else:
        yield from decimals(line.expression, chain(line.expression, ast.Add))
    if role.what != "update":
        yield from resized(roles, line.expression)


def resized(roles: Roles, node: ast.expr) -> Iterator[Change]:
    """Change the sign or the size of a line."""
    yield change("sign", ast.UnaryOp(ast.USub(), node))
    yield change("half", ast.BinOp(node, ast.Div(), ast.Constant(2)))
    yield change("double", times(ast.Constant(2), node))
    for n in {roles.units, len(roles.examples)} - {1, 2}:
        yield change("mean for sum", ast.BinOp(node, ast.Div(), ast.Constant(n)), n, count=n)
        yield change("sum for mean", times(ast.Constant(n), node), n, count=n)
    for way, changed in ten_times(node):
        yield change("decimal point", changed, way, what=said(way, part=said("the result")))


def of_net(roles: Roles, line: Line, role: Role) -> Iterator[Change]:
    """Change a net input."""
    parts = chain(line.expression, ast.Add)
    biases = [part for part in parts if isinstance(part, ast.Name)]
    weighted = [part for part in parts if part not in biases]
    for bias in biases:
        yield change("bias forgotten", summed(weighted))
        yield change("bias twice", summed([*parts, bias]))
        if weighted:
            yield change("bias alone", bias)
    if len(parts) > 1:
        yield from without(parts, weighted)
    yield from crossed_in(line.expression, weighted)
    if role.layer > 1:
        yield change("net input for output", with_names(line.expression, roles.nets_below(role.layer)))
    yield from decimals(line.expression, weighted)


def of_out(roles: Roles, line: Line, role: Role) -> Iterator[Change]:
    """Change an output."""
    match line.expression:
        case ast.Call(func=function, args=[net]):
            yield change("activation forgotten", net)
            minus = ast.Call(function, [ast.UnaryOp(ast.USub(), net)], [])
            yield change("sign in the exponent", minus)


def of_delta(roles: Roles, line: Line, role: Role) -> Iterator[Change]:
    """Change a delta: its slope, and what it is carried back from."""
    layer, node = roles.layers[role.layer - 1], line.expression
    out, net = (roles.of(group[role.unit], role.example) for group in (layer.outs, layer.nets))
    first, *others = chain(node, ast.Mult)
    hidden = role.layer < len(roles.layers)
    if hidden and isinstance(first, ast.Name):  # a single delta, carried back by one weight
        others, first = others[1:], spine(node, len(others) - 1)
    slope = [part for part in others if set(names(part)) and set(names(part)) <= {out, net}]
    rest = [part for part in (first, *others) if part not in slope]
    if slope:
        yield change("slope forgotten", reduce(times, rest))
    for place, part in enumerate(slope if len(slope) > 1 else ()):
        kept = [other for other in (first, *others) if other is not part]
        yield change("half of the slope", reduce(times, kept), place, part=ast.unparse(part))
    activation = roles.worked.listing.line(out).expression
    if isinstance(activation, ast.Call) and any(out in names(part) for part in slope):
        inner = ast.Call(activation.func, [ast.Name(out)], [])
        for kind, new in (("slope of the output", inner), ("net input in the slope", ast.Name(net))):
            yield change(kind, reduce(times, [*rest, *(replaced(part, {out: new}) for part in slope)]))
    if hidden:
        yield from of_carried(roles, line, role, first)
    elif roles.worked.y:
        target = roles.of(roles.worked.y[role.unit], role.example)
        yield change("target for output", substituted(node, first, swapped(first, target, out)))


def of_carried(roles: Roles, line: Line, role: Role, first: ast.expr) -> Iterator[Change]:
    """Change the sum of deltas times weights that a delta is carried back from."""
    parts = chain(first, ast.Add)
    if not all(len([*names(part)]) == 2 for part in parts):
        return
    found: list[Change] = []
    for place, part in enumerate(parts if len(parts) > 1 else ()):
        found.append(change("path forgotten", part, place, path=next(names(part))))
    found += without(parts, parts) if len(parts) > 2 else ()
    found += crossed_in(first, parts)
    partials, renewed = roles.partials, roles.renewed
    new: dict[str, Callable[[str, str], ast.expr | None]] = {
        "gradient for delta": lambda d, w: (
            times(ast.Name(partials[w]), ast.Name(w)) if w in partials else None
        ),
        "gradient for delta and weight": lambda d, w: ast.Name(partials[w]) if w in partials else None,
        "weights forgotten": lambda d, w: ast.Name(d),
        "updated weights": lambda d, w: times(ast.Name(d), ast.Name(renewed[w])) if w in renewed else None,
    }
    for kind, carry in new.items():
        carried = [part for part in (carry(*names(part)) for part in parts) if part]
        if len(carried) == len(parts):
            found.append(change(kind, summed(carried)))
    if turned := roles.turned(role.layer + 1):
        pairs = ", ".join(said("one for another", new=v, old=w) for w, v in turned.items())
        found.append(change("row for column", with_names(first, turned), what=pairs))
    found += decimals(first, parts)
    for one in found:
        yield one._replace(node=substituted(line.expression, first, one.node))


def of_partial(roles: Roles, line: Line, role: Role) -> Iterator[Change]:
    """Change a partial by a weight or bias."""
    node = line.expression
    mean = isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div)
    parts = chain(node.left if isinstance(node, ast.BinOp) and mean else node, ast.Add)
    for place, part in enumerate(parts if len(parts) > 1 else ()):
        yield change("one example", part, place, part=ast.unparse(part))
    used = dict.fromkeys(names(node))
    inputs = [name for e in roles.examples for name in used if name in roles.below(role.layer, e)]
    first = roles.examples[0]  # of several examples all are changed alike, from the first
    below = roles.below(role.layer, first)
    for group in (below, [roles.of(name, first) for name in roles.layers[role.layer - 1].deltas]):
        for old in used:
            for new in group if old in group else ():
                if new != old:
                    swap = {roles.of(old, e): roles.of(new, e) for e in roles.examples}
                    key = f"{group.index(old)} {group.index(new)} {group is below}"
                    says = said("stands in place", new=new, old=old)
                    yield Change("crossed wires", says, with_names(node, swap), key)
    if role.layer > 1 and inputs:
        yield change("net input for output", with_names(node, roles.nets_below(role.layer)))
    factors = chain(node, ast.Mult)
    if inputs and len(parts) == 1 and len(factors) == 2:
        kept = [part for part in factors if not {*names(part)} & {*inputs}]
        yield change("input forgotten", reduce(times, kept), part=inputs[0])


def of_update(roles: Roles, line: Line, role: Role) -> Iterator[Change]:
    """Change an update."""
    match line.expression:
        case ast.BinOp(left=old, op=ast.Sub(), right=ast.BinOp(left=rate, op=ast.Mult(), right=step)):
            yield change("climbs", ast.BinOp(old, ast.Add(), times(rate, step)))
            yield change("rate forgotten", ast.BinOp(old, ast.Sub(), step))
            yield change("rate twice", ast.BinOp(old, ast.Sub(), times(times(rate, rate), step)))
            yield change("never updated", old)
            own = step.id if isinstance(step, ast.Name) else ""
            for other in roles.partials.values() if own in roles.lines else ():
                if other != own and roles.of_line(other).layer == roles.of_line(own).layer:
                    changed = with_names(line.expression, {own: other})
                    pair = said("one for another", new=other, old=own)
                    yield change("another partial", changed, line.name, what=pair)


def of_loss(roles: Roles, line: Line, role: Role) -> Iterator[Change]:
    """Change the error of an output, or the sum of them."""
    node = line.expression
    parts = chain(node, ast.Add)
    if len(parts) > 1 and all(isinstance(part, ast.Name) for part in parts):
        yield from without(parts, parts)
    flat = mapped(node, lambda n: n.left if isinstance(n, ast.BinOp) and isinstance(n.op, ast.Pow) else n)
    if flat is not node:
        yield change("square forgotten", flat)
    ten = ast.Call(ast.Name("log"), [ast.Constant(10)], [])
    decimal = mapped(node, lambda n: ast.BinOp(n, ast.Div(), ten) if is_log(n) else n)
    if decimal is not node:
        yield change("base 10", decimal)


OWN: Mapping[str, Callable[[Roles, Line, Role], Iterator[Change]]] = {
    "net": of_net,
    "out": of_out,
    "delta": of_delta,
    "partial": of_partial,
    "update": of_update,
    "loss": of_loss,
}


def without(parts: list[ast.expr], some: list[ast.expr]) -> Iterator[Change]:
    """Leave out each of some parts of a sum."""
    for place, part in enumerate(some):
        rest = summed([other for other in parts if other is not part])
        yield change("term forgotten", rest, place, part=ast.unparse(part))


def crossed_in(node: ast.expr, parts: list[ast.expr]) -> Iterator[Change]:
    """Exchange in two products of a sum the names that stand first."""
    two = [part for part in parts if len([*names(part)]) == 2]
    for one, other in combinations(two, 2):
        a, b = (next(names(part)) for part in (one, other))
        changed = substituted(substituted(node, one, swapped(one, a, b)), other, swapped(other, a, b))
        says = said("names exchanged", one=a, other=b)
        yield Change("crossed wires", says, changed, f"{parts.index(one)} {parts.index(other)}")


def decimals(node: ast.expr, parts: list[ast.expr]) -> Iterator[Change]:
    """Move the decimal point of one product of a sum."""
    for place, part in enumerate(parts if len(parts) > 1 else []):
        for way, changed in ten_times(part):
            what = said(way, part=ast.unparse(part))
            yield change("decimal point", substituted(node, part, changed), f"{place} {way}", what=what)


def ten_times(node: ast.expr) -> Iterator[tuple[str, ast.expr]]:
    """Move the decimal point of an expression, to either side."""
    yield "too large", times(ast.Constant(10), node)
    yield "too small", ast.BinOp(node, ast.Div(), ast.Constant(10))


def is_log(node: ast.expr) -> bool:
    """Say whether an expression is a logarithm."""
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "log"
