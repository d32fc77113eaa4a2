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
from itertools import combinations
from typing import TYPE_CHECKING, Any, NamedTuple

from bplit.line import Line
from workings.check.changes import OWN, Change, Roles, changes
from workings.check.edits import said, with_names
from workings.net.matrices import ACTIVATIONS, FUSED, LOSSES
from workings.net.writer import Worked

if TYPE_CHECKING:
    from workings.net.files import Sheet

# Every kind of slip, commonest first; the words file has their sentences.
KINDS = [
    kind.strip()
    for kind in """
    updated weights, crossed wires, row for column, path forgotten, slope forgotten, half of the slope,
    slope of the output, net input in the slope, net input for output, gradient for delta,
    gradient for delta and weight, weights forgotten, target for output, sign, half, double, mean for sum,
    sum for mean, bias forgotten, bias twice, bias alone, term forgotten, activation forgotten,
    sign in the exponent, input forgotten, one example, climbs, rate forgotten, rate twice, never updated,
    another partial, square forgotten, base 10, order, biases, examples, loss, activation, transposed,
    momentum, decimal point, transposed digits, minus lost
    """.split(",")
]
PLACE = {kind: place for place, kind in enumerate(KINDS)}
NAMED = 3  # so many further lines are named


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
        return self.text(ast.unparse)

    def text(self, write: Callable[[ast.expr], str]) -> str:
        """Return the words, the first of the changed lines as it is to be written, and the other names."""
        if not self.changes:
            return self.says
        (name, node), *more = self.changes.items()
        others = ", ".join(other for other, _ in more)
        if len(more) > NAMED:
            others = said("more lines", count=len(more))
        rest = said("the same in", lines=others) if more else ""
        return f"{self.says}: {name} = {write(node)}{rest}"

    @property
    def cost(self) -> int:
        """How far the slip is from what people do: the place of its kind."""
        return PLACE[self.kind]


def slips(sheet: "Sheet", extra: Iterable[Line] = ()) -> list[Slip]:
    """Return the slips that a network file's calculation allows, commonest first.

    Each line is changed alone; the same change is then made in every line of a layer, and everywhere.
    ``extra`` are more lines, of somebody's own names, which may have the wrong sign or size.
    """
    worked = sheet.worked()
    roles = Roles(worked)
    found: list[Slip] = []
    together: dict[tuple[str, str, str, int], dict[str, Change]] = {}
    for line in (*worked.listing.lines, *extra):
        role = roles.of_line(line.name)
        for one in changes(roles, line):
            found.append(Slip(one.kind, one.says, {line.name: one.node}))
            for layer in {role.layer, 0}:
                together.setdefault((one.kind, one.key, role.what, layer), {})[line.name] = one
    for (kind, _, what, _), group in together.items():
        if len(group) > 1 and what in OWN and what != "loss":
            texts = {one.says for one in group.values()}
            says = texts.pop() if len(texts) == 1 else said(f"several: {kind}")
            found.append(Slip(kind, says, {name: one.node for name, one in group.items()}))
    found += crossed_rows(roles)
    found += mistyped(worked)
    found += other_rules(sheet, several=len(roles.examples) > 1)
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


def crossed_rows(roles: Roles) -> Iterator[Slip]:
    """Go through the slips that exchange two inputs in the partials by the weights of one unit."""
    listing, partials = roles.worked.listing, roles.partials
    for n, layer in enumerate(roles.layers, 1):
        for row in layer.weights:
            for i, j in combinations(range(len(row)), 2):
                pair = [row[place] for place in (i, j)]
                if not {*pair} <= partials.keys():
                    continue
                swap: dict[str, str] = {}
                for e in roles.examples:
                    a, b = (roles.below(n, e)[place] for place in (i, j))
                    swap |= {a: b, b: a}
                lines = [listing.line(partials[weight]) for weight in pair]
                changed = {line.name: with_names(line.expression, swap) for line in lines}
                yield Slip("crossed wires", said("inputs exchanged", one=pair[0], other=pair[1]), changed)
        every = {
            partials[w]: listing.line(partials[other]).expression
            for w, other in roles.turned(n).items()
            if w in partials and other in partials
        }
        if every:
            yield Slip("row for column", said("row for column", what=said("partials of the layer")), every)


def mistyped(worked: Worked) -> Iterator[Slip]:
    """Go through the numbers that were given, with two digits exchanged, a sign, or the point moved."""

    def slip(kind: str, name: str, other: float) -> Slip:
        says = said(kind, what=said("other number", other=repr(other), name=name, value=repr(value)))
        return Slip(kind, says, {}, {name: other})

    for name, value in worked.given.items():
        digits = repr(value)
        for place in range(len(digits) - 1):
            a, b = digits[place], digits[place + 1]
            if a.isdigit() and b.isdigit() and a != b and "e" not in digits:
                yield slip("transposed digits", name, float(digits[:place] + b + a + digits[place + 2 :]))
        if value:
            says = said("minus lost", number=repr(-value), name=name)
            yield Slip("minus lost", says, {}, {name: -value})
            for factor in (Fraction(10), Fraction(1, 10)):
                yield slip("decimal point", name, float(Fraction(digits) * factor))


def other_rules(sheet: "Sheet", several: bool) -> Iterator[Slip]:
    """Go through the slips that take another rule, loss or activation, or turn a layer's weights."""
    network, rules = sheet.network, sheet.rules

    def other(kind: str, says: str, **other: Any) -> Iterator[Slip]:
        try:
            worked = sheet._replace(**other).worked()
        except ValueError:  # a rule that this network cannot have
            return
        yield Slip(kind, says, worked=worked)

    if rules.order == "output_first":  # the other way round it is a change of lines
        yield from other("order", said("order"), rules=replace(rules, order="simultaneous"))
    if any(layer.bias is not None for layer in network.layers):
        for biases in ("frozen", "shared", "per_unit"):
            if biases != rules.biases:
                yield from other("biases", said(f"biases: {biases}"), rules=replace(rules, biases=biases))
    for examples in ("batch_mean", "batch_sum", "online") if several else ():
        if examples != rules.examples:
            changed = replace(rules, examples=examples)
            yield from other("examples", said(f"examples: {examples}"), rules=changed)
    if rules.momentum:
        yield from other("momentum", said("momentum"), rules=replace(rules, momentum=0.0))
    for loss in LOSSES:
        if loss != network.loss and (network.layers[-1].activation, loss) not in FUSED:
            says = said("loss", other=loss, loss=network.loss)
            # mean=None: over the outputs as the other loss has it, not as this one
            yield from other("loss", says, network=replace(network, loss=loss, mean=None))

    def with_layer(n: int, **other: Any) -> Any:
        layers = [*network.layers]
        layers[n] = layers[n]._replace(**other)
        return replace(network, layers=tuple(layers))

    for n, layer in enumerate(network.layers):
        for activation in ACTIVATIONS:
            if activation not in (layer.activation, "softmax"):
                says = said("activation", layer=n + 1, other=activation, activation=layer.activation)
                yield from other("activation", says, network=with_layer(n, activation=activation))
        if layer.weights.shape[-1] == layer.weights.shape[-2] > 1:
            turned = with_layer(n, weights=layer.weights.swapaxes(-1, -2))
            yield from other("transposed", said("transposed", layer=n + 1), network=turned)
