"""Slips: what people get wrong when they calculate a network, each a named change of its worked listing.

A slip writes a line or several otherwise, mistypes a number that was given, or takes another rule. It is
no guess at what somebody meant: it is arithmetic that can be run, and compared with the digits it gives.

>>> from workings.net import TEMPLATE, parsed
>>> sheet = parsed(TEMPLATE, "network.toml")
>>> slip = next(slip for slip in slips(sheet) if slip.kind == "path forgotten")
>>> print(slip)
only the path through delta_o1 is followed back: delta_h1 = delta_o1 * w5 * out_h1 * (1 - out_h1)
>>> from workings.check import outcome
>>> print(f"{outcome(sheet, slip)['dE_dw1']:.9f}")
0.000668396
"""

import ast
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from fractions import Fraction
from functools import reduce
from itertools import combinations
from typing import TYPE_CHECKING, NamedTuple

from bplit.calculus import times
from bplit.line import Line, mapped, names, replaced
from workings.net.matrices import FUSED, LOSSES
from workings.net.network import Network
from workings.net.rules import Rules
from workings.net.writer import Worked

if TYPE_CHECKING:
    from workings.net.files import Sheet

# Every kind of slip, commonest first, with the sentence that says what was done. {0} is filled in.
KINDS = {
    "updated weights": "the output weights are updated first, and the new ones carry the deltas back",
    "crossed wires": "{0}",
    "row for column": "a row of the weights is taken for a column: {0}",
    "path forgotten": "only the path through {0} is followed back",
    "slope forgotten": "the slope of the activation is left out",
    "half of the slope": "of the slope of the activation, {0} is left out",
    "slope of the output": "the slope of the activation is taken at its output in place of its net input",
    "net input in the slope": "in the slope of the activation the net input stands in place of the output",
    "net input for output": "the net input is used where the output belongs",
    "gradient for delta": "the partials by the weights are carried back in place of the deltas",
    "gradient for delta and weight": "partials by the weights are summed in place of deltas times weights",
    "weights forgotten": "the deltas are summed without the weights that carry them back",
    "target for output": "target and output have changed places",
    "sign": "the sign of the result is turned",
    "half": "the result is half as large: a factor ½ too many, or a 2 forgotten",
    "double": "the result is twice as large: a factor 2 too many, or a ½ forgotten",
    "mean for sum": "the result is divided by {0}: a mean is taken for a sum",
    "sum for mean": "the result is multiplied by {0}: a sum is taken for a mean",
    "bias forgotten": "the bias is not added",
    "bias twice": "the bias is added twice",
    "bias alone": "the weighted inputs are forgotten, and the bias stands alone",
    "term forgotten": "{0} is not added",
    "activation forgotten": "the activation is forgotten, and the net input handed on",
    "sign in the exponent": "the exponent of the activation has the other sign",
    "input forgotten": "{0} is forgotten as a factor",
    "one example": "only {0} counts: each example overwrites the one before",
    "climbs": "the step goes up the slope: plus for minus",
    "rate forgotten": "the learning rate is left out",
    "rate twice": "the learning rate is applied twice",
    "never updated": "the old value is kept",
    "another partial": "another partial is used: {0}",
    "square forgotten": "the error is not squared",
    "base 10": "the logarithm is taken to base 10",
    "order": "{0}",
    "biases": "{0}",
    "examples": "{0}",
    "loss": "the loss is {0}",
    "activation": "the activation is {0}",
    "transposed": "the weights are written in columns for rows: {0}",
    "momentum": "the momentum is left out",
    "decimal point": "a decimal point has slipped: {0}",
    "transposed digits": "two digits have changed places: {0}",
    "minus lost": "a minus sign was lost or found: {0}",
}
PLACE = {kind: place for place, kind in enumerate(KINDS)}
NAMED = 3  # so many further lines are named
# The same of several lines at once, where the words are not the same.
SEVERAL = {
    "crossed wires": "wires are crossed",
    "row for column": "a row of the weights is taken for a column",
    "path forgotten": "only one path is followed back",
    "half of the slope": "of the slope of the activation, one factor is left out",
    "term forgotten": "a term is not added",
    "input forgotten": "the input is forgotten as a factor",
    "one example": "only one example counts: each overwrites the one before",
    "decimal point": "a decimal point has slipped",
}


class Slip(NamedTuple):
    """A change of a worked listing: its kind, where, in words, and what is written otherwise.

    ``changes`` are the lines that are written otherwise, ``given`` the numbers that are mistyped, and
    ``worked`` is the whole listing if another rule is taken.
    """

    kind: str
    says: str
    changes: Mapping[str, ast.expr] = {}
    given: Mapping[str, float] = {}
    worked: Worked | None = None

    def __str__(self) -> str:
        """Return the words, and the first of the changed lines."""
        if not self.changes:
            return self.says
        (name, node), *more = self.changes.items()
        others = ", ".join(other for other, _ in more) if len(more) <= NAMED else f"{len(more)} more lines"
        rest = f", and the same in {others}" if more else ""
        return f"{self.says}: {name} = {ast.unparse(node)}{rest}"

    @property
    def cost(self) -> int:
        """How far the slip is from what people do: the place of its kind."""
        return PLACE[self.kind]


class Role(NamedTuple):
    """What a line is: of which kind, in which layer (from 1), of which unit (from 0) and example."""

    what: str
    layer: int = 0
    unit: int = 0
    example: str = ""


# A kind, what tells the change from others of its kind, the words, and the changed expression.
Change = tuple[str, str, str, ast.expr]


class Changes:
    """Goes through the changes of single lines, by what each line is."""

    def __init__(self, worked: Worked) -> None:
        self.worked = worked
        self.layers = worked.layers
        found = sorted({stage.example for stage in worked.stages} - {0})
        self.examples = [f"_e{example}" for example in found] or [""]
        self.roles: dict[str, Role] = {}
        for n, layer in enumerate(self.layers, 1):
            for unit, triple in enumerate(zip(layer.nets, layer.outs, layer.deltas, strict=True)):
                for e in self.examples:
                    for what, name in zip(("net", "out", "delta"), triple, strict=True):
                        self.roles[self.of(name, e)] = Role(what, n, unit, e)
        self.partials: dict[str, str] = {}  # the partial by each weight and bias
        stages = {name: stage.kind for stage in worked.stages for name in stage.names}
        weights = {w for layer in self.layers for row in layer.weights for w in row}
        biases = {b for layer in self.layers for b in layer.biases or ()}
        self.renewed: dict[str, str] = {}  # what the next update of each weight is called
        for line in worked.listing.lines:
            kind, of = stages[line.name], worked.means.get(line.name, "")
            if line.name in self.roles and self.roles[line.name].what != "delta":
                continue
            if kind == "update":
                self.roles[line.name] = Role("update")
                old = next(names(line.expression))
                if old in weights or old in self.renewed.values():
                    self.renewed[old] = line.name
            elif kind == "loss":
                self.roles[line.name] = Role("loss")
            elif kind == "backward" and of in weights | biases:
                self.partials[of] = line.name
                self.roles[line.name] = Role("partial", self.layer_of(of))
        self.many = len(self.layers[-1].outs)

    def of(self, name: str, example: str) -> str:
        """Return the name that a name of the first example has in another one."""
        return name.removesuffix("_e1") + example if example else name

    def layer_of(self, name: str) -> int:
        """Return the layer of a weight or bias."""
        for n, layer in enumerate(self.layers, 1):
            if any(name in row for row in layer.weights) or name in (layer.biases or ()):
                return n
        return 0

    def below(self, layer: int, example: str) -> list[str]:
        """Return the names of what goes into a layer."""
        inside = self.worked.x if layer == 1 else self.layers[layer - 2].outs
        return [self.of(name, example) for name in inside]

    def line(self, line: Line) -> Iterator[Change]:
        """Go through the changes of one line."""
        role = self.roles.get(line.name, Role("other"))
        own: Mapping[str, Callable[[Line, Role], Iterator[Change]]] = {
            "net": self.net,
            "out": self.out,
            "delta": self.delta,
            "partial": self.partial,
            "update": self.update,
            "loss": self.error,
        }
        if role.what in own:
            yield from own[role.what](line, role)
        else:
            yield from decimals(line.expression, terms(line.expression))
        if role.what != "update":
            yield from self.sizes(line.expression)

    def sizes(self, node: ast.expr) -> Iterator[Change]:
        """Change the sign or the size of a line."""
        yield "sign", "", KINDS["sign"], ast.UnaryOp(ast.USub(), node)
        yield "half", "", KINDS["half"], ast.BinOp(node, ast.Div(), ast.Constant(2))
        yield "double", "", KINDS["double"], times(ast.Constant(2), node)
        for n in {self.many, len(self.examples)} - {1, 2}:
            mean = ast.BinOp(node, ast.Div(), ast.Constant(n))
            yield "mean for sum", str(n), said("mean for sum", n), mean
            yield "sum for mean", str(n), said("sum for mean", n), times(ast.Constant(n), node)
        for key, way, changed in ten_times(node):
            yield "decimal point", key, said("decimal point", f"the result is {way}"), changed

    def net(self, line: Line, role: Role) -> Iterator[Change]:
        """Change a net input."""
        parts = terms(line.expression)
        biases = [part for part in parts if isinstance(part, ast.Name)]
        weighted = [part for part in parts if part not in biases]
        for bias in biases:
            yield "bias forgotten", "", KINDS["bias forgotten"], total(weighted)
            yield "bias twice", "", KINDS["bias twice"], total([*parts, bias])
            if weighted:
                yield "bias alone", "", KINDS["bias alone"], bias
        if len(parts) > 1:
            for place, part in enumerate(weighted):
                rest = [other for other in parts if other is not part]
                yield "term forgotten", str(place), said("term forgotten", ast.unparse(part)), total(rest)
        yield from exchanged(line.expression, weighted, 0)
        if role.layer > 1:
            nets = self.layers[role.layer - 2].nets
            swap = {
                out: ast.Name(self.of(net, role.example))
                for out, net in zip(self.below(role.layer, role.example), nets, strict=True)
            }
            yield (
                "net input for output",
                "",
                KINDS["net input for output"],
                replaced(line.expression, swap),
            )
        yield from decimals(line.expression, weighted)

    def out(self, line: Line, role: Role) -> Iterator[Change]:
        """Change an output."""
        match line.expression:
            case ast.Call(func=function, args=[net]):
                yield "activation forgotten", "", KINDS["activation forgotten"], net
                minus = ast.Call(function, [ast.UnaryOp(ast.USub(), net)], [])
                yield "sign in the exponent", "", KINDS["sign in the exponent"], minus

    def delta(self, line: Line, role: Role) -> Iterator[Change]:
        """Change a delta: its slope, and what it is carried back from."""
        layer, node = self.layers[role.layer - 1], line.expression
        out, net = (self.of(group[role.unit], role.example) for group in (layer.outs, layer.nets))
        first, *others = factors(node)
        hidden = role.layer < len(self.layers)
        if hidden and isinstance(first, ast.Name):  # a single delta, carried back by one weight
            others, first = others[1:], spine(node, len(others) - 1)
        slope = [part for part in others if set(names(part)) and set(names(part)) <= {out, net}]
        rest = [part for part in (first, *others) if part not in slope]
        if slope:
            yield "slope forgotten", "", KINDS["slope forgotten"], reduce(times, rest)
            if len(slope) > 1:
                for place, part in enumerate(slope):
                    kept = [other for other in (first, *others) if other is not part]
                    words = said("half of the slope", ast.unparse(part))
                    yield "half of the slope", str(place), words, reduce(times, kept)
            activation = self.worked.listing.line(out).expression
            if isinstance(activation, ast.Call):
                inner = ast.Call(activation.func, [ast.Name(out)], [])
                for kind, new in (("slope of the output", inner), ("net input in the slope", ast.Name(net))):
                    other = [replaced(part, {out: new}) for part in slope]
                    if any(out in names(part) for part in slope):
                        yield kind, "", KINDS[kind], reduce(times, [*rest, *other])
        if hidden:
            yield from self.back(line, role, first)
        elif self.worked.y:
            target = self.of(self.worked.y[role.unit], role.example)
            swap = {target: ast.Name(out), out: ast.Name(target)}
            turned = substituted(node, first, replaced(first, swap))
            yield "target for output", "", KINDS["target for output"], turned

    def back(self, line: Line, role: Role, first: ast.expr) -> Iterator[Change]:
        """Change the sum of deltas times weights that a delta is carried back from."""
        parts = terms(first)
        if not all(len([*names(part)]) == 2 for part in parts):
            return

        def written(changed: list[ast.expr]) -> ast.expr:
            return substituted(line.expression, first, total(changed))

        def each(change: Callable[[str, str], ast.expr | None]) -> ast.expr | None:
            found = [change(*names(part)) for part in parts]
            return None if None in found else written([part for part in found if part])

        if len(parts) > 1:
            for place, part in enumerate(parts):
                words = said("path forgotten", next(names(part)))
                yield "path forgotten", str(place), words, written([part])
            if len(parts) > 2:
                for place, part in enumerate(parts):
                    others = [other for other in parts if other is not part]
                    words = said("term forgotten", ast.unparse(part))
                    yield "term forgotten", str(place), words, written(others)
        for kind, key, words, changed in exchanged(first, parts, 0):
            yield kind, key, words, substituted(line.expression, first, changed)
        renewed = self.renewed
        new: dict[str, Callable[[str, str], ast.expr | None]] = {
            "gradient for delta": lambda d, w: (
                times(ast.Name(self.partials[w]), ast.Name(w)) if w in self.partials else None
            ),
            "gradient for delta and weight": lambda d, w: (
                ast.Name(self.partials[w]) if w in self.partials else None
            ),
            "weights forgotten": lambda d, w: ast.Name(d),
            "updated weights": lambda d, w: (
                times(ast.Name(d), ast.Name(renewed[w])) if w in renewed else None
            ),
        }
        for kind, change in new.items():
            if carried := each(change):
                yield kind, "", KINDS[kind], carried
        if turned := self.turned(role.layer + 1):
            changed = replaced(line.expression, {w: ast.Name(other) for w, other in turned.items()})
            words = said("row for column", ", ".join(f"{v} in place of {w}" for w, v in turned.items()))
            yield "row for column", "", words, changed
        for kind, key, words, changed in decimals(first, parts):
            yield kind, key, words, substituted(line.expression, first, changed)

    def turned(self, n: int) -> dict[str, str]:
        """Return for each weight of a square layer the one that stands in its place in columns."""
        rows = self.layers[n - 1].weights
        if len(rows) != len(rows[0]):
            return {}
        places = range(len(rows))
        return {rows[i][j]: rows[j][i] for i in places for j in places if i != j}

    def partial(self, line: Line, role: Role) -> Iterator[Change]:
        """Change a partial by a weight or bias."""
        node = line.expression
        parts = (
            terms(node.left) if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div) else terms(node)
        )
        if len(parts) > 1:
            for place, part in enumerate(parts):
                words = said("one example", ast.unparse(part))
                yield "one example", str(place), words, part
        used = dict.fromkeys(names(node))
        inputs = [name for e in self.examples for name in used if name in self.below(role.layer, e)]
        first = self.examples[0]  # of several examples all are changed alike, from the first
        below = self.below(role.layer, first)
        for group in (below, [self.of(name, first) for name in self.layers[role.layer - 1].deltas]):
            for old in used:
                for new in group if old in group else ():
                    if new != old:
                        swap = {self.of(old, e): ast.Name(self.of(new, e)) for e in self.examples}
                        words = said("crossed wires", f"{new} stands in place of {old}")
                        key = f"{group.index(old)} {group.index(new)} {group is below}"
                        yield "crossed wires", key, words, replaced(node, swap)
        if role.layer > 1 and inputs:
            pairs = {
                self.of(out, e): ast.Name(self.of(net, e))
                for out, net in zip(
                    self.layers[role.layer - 2].outs, self.layers[role.layer - 2].nets, strict=True
                )
                for e in self.examples
            }
            yield "net input for output", "", KINDS["net input for output"], replaced(node, pairs)
        if inputs and len(parts) == 1 and len(factors(node)) == 2:
            kept = [part for part in factors(node) if not {*names(part)} & {*inputs}]
            words = said("input forgotten", *inputs)
            yield "input forgotten", "", words, reduce(times, kept)

    def update(self, line: Line, role: Role) -> Iterator[Change]:
        """Change an update."""
        match line.expression:
            case ast.BinOp(left=old, op=ast.Sub(), right=ast.BinOp(left=rate, op=ast.Mult(), right=step)):
                moved = times(rate, step)
                yield "climbs", "", KINDS["climbs"], ast.BinOp(old, ast.Add(), moved)
                yield "rate forgotten", "", KINDS["rate forgotten"], ast.BinOp(old, ast.Sub(), step)
                twice = times(times(rate, rate), step)
                yield "rate twice", "", KINDS["rate twice"], ast.BinOp(old, ast.Sub(), twice)
                yield "never updated", "", KINDS["never updated"], old
                if isinstance(step, ast.Name) and step.id in self.roles:
                    layer = self.roles[step.id].layer
                    for other in self.partials.values():
                        if other != step.id and self.roles[other].layer == layer:
                            words = said("another partial", f"{other} in place of {step.id}")
                            changed = replaced(line.expression, {step.id: ast.Name(other)})
                            yield "another partial", line.name, words, changed

    def error(self, line: Line, role: Role) -> Iterator[Change]:
        """Change the error of an output, or the sum of them."""
        node = line.expression
        parts = terms(node)
        if len(parts) > 1 and all(isinstance(part, ast.Name) for part in parts):
            for place, part in enumerate(parts):
                rest = [other for other in parts if other is not part]
                yield "term forgotten", str(place), said("term forgotten", ast.unparse(part)), total(rest)
        plain = mapped(
            node, lambda n: n.left if isinstance(n, ast.BinOp) and isinstance(n.op, ast.Pow) else n
        )
        if plain is not node:
            yield "square forgotten", "", KINDS["square forgotten"], plain
        ten = ast.Call(ast.Name("log"), [ast.Constant(10)], [])
        decimal = mapped(node, lambda n: ast.BinOp(n, ast.Div(), ten) if is_log(n) else n)
        if decimal is not node:
            yield "base 10", "", KINDS["base 10"], decimal


def slips(sheet: "Sheet", extra: Iterable[Line] = ()) -> list[Slip]:
    """Return the slips that a network file's calculation allows, commonest first.

    Each line is changed alone; the same change is then made in every line of a layer, and everywhere.
    ``extra`` are more lines, of somebody's own names, which may have the wrong sign or size.
    """
    worked = sheet.worked()
    changes = Changes(worked)
    lines = (*worked.listing.lines, *extra)
    found: list[Slip] = []
    together: dict[tuple[str, str, str, int], dict[str, tuple[str, ast.expr]]] = {}
    for line in lines:
        role = changes.roles.get(line.name, Role("other"))
        for kind, key, words, node in changes.line(line):
            found.append(Slip(kind, words, {line.name: node}))
            for layer in {role.layer, 0}:
                together.setdefault((kind, key, role.what, layer), {})[line.name] = (words, node)
    for (kind, _, what, _), group in together.items():
        if len(group) > 1 and what in ("net", "out", "delta", "partial", "update"):
            said_of = {words for words, _ in group.values()}
            says = said_of.pop() if len(said_of) == 1 else SEVERAL[kind]
            found.append(Slip(kind, says, {name: node for name, (_, node) in group.items()}))
    found += crossed_rows(changes)
    found += mistyped(worked)
    found += rules(sheet, several=len(changes.examples) > 1)
    unlike: dict[str, Slip] = {}
    for slip in sorted(found, key=lambda slip: (len(slip.changes) > 1, slip.cost)):
        unlike.setdefault(signature(slip), slip)
    return sorted(unlike.values(), key=lambda slip: slip.cost)


def within(slip: Slip, other: Slip) -> bool:
    """Say whether a slip is the same as another one, made in fewer lines."""
    return bool(slip.changes) and slip.changes.items() < other.changes.items()


def signature(slip: Slip) -> str:
    """Return what tells a slip from another one that changes the same."""
    if slip.worked:
        return f"{slip.kind} {slip.says}"
    changed = [f"{name} = {ast.unparse(node)}" for name, node in sorted(slip.changes.items())]
    return "\n".join([*changed, *(f"{name}: {value}" for name, value in slip.given.items())])


def crossed_rows(changes: Changes) -> Iterator[Slip]:
    """Go through the slips that exchange two inputs in the partials by the weights of one unit."""
    lines = changes.worked.listing
    for n, layer in enumerate(changes.layers, 1):
        every: dict[str, ast.expr] = {}
        for row in layer.weights:
            for i, j in combinations(range(len(row)), 2):
                pair = [changes.partials.get(row[place], "") for place in (i, j)]
                if not all(pair):
                    continue
                changed = {}
                for name in pair:
                    swap: dict[str, ast.expr] = {}
                    for e in changes.examples:
                        a, b = (changes.below(n, e)[place] for place in (i, j))
                        swap |= {a: ast.Name(b), b: ast.Name(a)}
                    changed[name] = replaced(lines.line(name).expression, swap)
                yield Slip("crossed wires", f"the inputs of {row[i]} and {row[j]} are exchanged", changed)
        if turned := changes.turned(n):
            for w, other in turned.items():
                if w in changes.partials and other in changes.partials:
                    every[changes.partials[w]] = lines.line(changes.partials[other]).expression
            if every:
                yield Slip("row for column", said("row for column", "the partials of the layer"), every)


def mistyped(worked: Worked) -> Iterator[Slip]:
    """Go through the numbers that were given, with two digits exchanged, a sign, or the point moved."""
    for name, value in worked.given.items():
        digits = repr(value)
        for place in range(len(digits) - 1):
            a, b = digits[place], digits[place + 1]
            if a.isdigit() and b.isdigit() and a != b and "e" not in digits:
                other = float(digits[:place] + b + a + digits[place + 2 :])
                words = said("transposed digits", f"{other!r} for {name} = {value!r}")
                yield Slip("transposed digits", words, {}, {name: other})
        if value:
            yield Slip("minus lost", said("minus lost", f"{-value!r} for {name}"), {}, {name: -value})
            for factor in (Fraction(10), Fraction(1, 10)):
                other = float(Fraction(digits) * factor)
                words = said("decimal point", f"{other!r} for {name} = {value!r}")
                yield Slip("decimal point", words, {}, {name: other})


def rules(sheet: "Sheet", several: bool) -> Iterator[Slip]:
    """Go through the slips that take another rule, loss or activation, or turn a layer's weights."""
    network, rules = sheet.network, sheet.rules

    def other(kind: str, words: str, network: Network = network, rules: Rules = rules) -> Iterator[Slip]:
        try:
            worked = sheet._replace(network=network, rules=rules).worked()
        except ValueError:  # a rule that this network cannot have
            return
        yield Slip(kind, words, worked=worked)

    if rules.order == "output_first":  # the other way round it is a change of lines
        text = "all partials are taken from the old weights"
        yield from other("order", text, rules=replace(rules, order="simultaneous"))
    if any(layer.bias is not None for layer in network.layers):
        words = {
            "frozen": "the biases are not updated",
            "shared": "the units of a layer share one bias, updated by the sum of their deltas",
            "per_unit": "each unit's bias is updated by its own delta",
        }
        for biases, text in words.items():
            if biases != rules.biases:
                yield from other("biases", text, rules=replace(rules, biases=biases))
    words = {
        "batch_mean": "the step is taken by the mean over the examples",
        "batch_sum": "the step is taken by the sum over the examples",
        "online": "a step is taken after each example",
    }
    for examples, text in words.items():
        if several and examples != rules.examples:
            yield from other("examples", text, rules=replace(rules, examples=examples))
    if rules.momentum:
        yield from other("momentum", KINDS["momentum"], rules=replace(rules, momentum=0.0))
    last = network.layers[-1].activation
    for loss in LOSSES:
        if loss != network.loss and (last, loss) not in FUSED:
            text = f"the loss is {loss} in place of {network.loss}"
            yield from other("loss", text, network=replace(network, loss=loss))
    for n, layer in enumerate(network.layers):
        for activation in ("sigmoid", "tanh", "relu", "linear"):
            if activation != layer.activation:
                layers = [*network.layers]
                layers[n] = layer._replace(activation=activation)
                text = f"the activation of layer {n + 1} is {activation} in place of {layer.activation}"
                yield from other("activation", text, network=replace(network, layers=tuple(layers)))
        if layer.weights.shape[-1] == layer.weights.shape[-2] > 1:
            layers = [*network.layers]
            layers[n] = layer._replace(weights=layer.weights.swapaxes(-1, -2))
            text = said("transposed", f"layer {n + 1}")
            yield from other("transposed", text, network=replace(network, layers=tuple(layers)))


def said(kind: str, *words: object) -> str:
    """Return the sentence of a kind, filled in."""
    return KINDS[kind].format(*words)


def terms(node: ast.expr) -> list[ast.expr]:
    """Return the parts of a sum."""
    match node:
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            return [*terms(left), right]
    return [node]


def total(parts: list[ast.expr]) -> ast.expr:
    """Return the sum of parts."""
    return reduce(lambda a, b: ast.BinOp(a, ast.Add(), b), parts)


def factors(node: ast.expr) -> list[ast.expr]:
    """Return the parts of a product."""
    match node:
        case ast.BinOp(left=left, op=ast.Mult(), right=right):
            return [*factors(left), right]
    return [node]


def spine(node: ast.expr, depth: int) -> ast.expr:
    """Return what a product begins with, without so many factors at its end."""
    while depth and isinstance(node, ast.BinOp):
        node, depth = node.left, depth - 1
    return node


def exchanged(node: ast.expr, parts: list[ast.expr], which: int) -> Iterator[Change]:
    """Exchange in two products of a sum the names that stand first, or last."""
    two = [part for part in parts if len([*names(part)]) == 2]
    for one, other in combinations(two, 2):
        a, b = ([*names(part)][which] for part in (one, other))
        swap = {a: ast.Name(b), b: ast.Name(a)}
        changed = substituted(substituted(node, one, replaced(one, swap)), other, replaced(other, swap))
        key = f"{parts.index(one)} {parts.index(other)}"
        yield "crossed wires", key, f"{a} and {b} are exchanged", changed


def decimals(node: ast.expr, parts: list[ast.expr]) -> Iterator[Change]:
    """Move the decimal point of one product of a sum."""
    for place, part in enumerate(parts if len(parts) > 1 else []):
        for _, way, changed in ten_times(part):
            words = said("decimal point", f"{ast.unparse(part)} is {way}")
            yield "decimal point", f"{place} {way}", words, substituted(node, part, changed)


def ten_times(node: ast.expr) -> Iterator[tuple[str, str, ast.expr]]:
    """Move the decimal point of an expression, to either side."""
    yield "up", "ten times too large", times(ast.Constant(10), node)
    yield "down", "ten times too small", ast.BinOp(node, ast.Div(), ast.Constant(10))


def substituted(node: ast.expr, old: ast.expr, new: ast.expr) -> ast.expr:
    """Return an expression with another one in place of a part of it."""
    return mapped(node, lambda part: new if part is old else part)


def is_log(node: ast.expr) -> bool:
    """Say whether an expression is a logarithm."""
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "log"
