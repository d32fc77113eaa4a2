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
from itertools import combinations, pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

from bplit.line import Line
from bplit.listing import Listing
from workings.check.changes import called, changes
from workings.check.edits import said
from workings.check.roles import Roles
from workings.net.matrices import ACTIVATIONS, FUSED, LOSSES
from workings.net.network import Network
from workings.net.rules import BIASES, EXAMPLES
from workings.net.writer import Worked
from workings.words import WORDS

if TYPE_CHECKING:
    from workings.net.files import Sheet

KEPT = "kept_"  # what stands before the name of a partial that is kept from the pass before
# Every kind of slip, commonest first, as the words file has them.
KINDS = [*dict.fromkeys(text.partition(": ")[0] for text in WORDS["slip"].values())]
PLACE = {kind: place for place, kind in enumerate(KINDS)}
NAMED = 3  # so many further lines are named
LINES = ("net", "out", "delta", "partial", "update")  # of these a slip may be made in several


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


def slip_of(key: str, given: Mapping[str, float] = {}, worked: Worked | None = None, **words: object) -> Slip:
    """Return a slip that changes no line, with the sentence of the words file filled in."""
    kind, _, says = WORDS["slip"][key].partition(": ")
    return Slip(kind, says.format(**words), {}, given, worked)


def slips(sheet: "Sheet", extra: Iterable[Line] = ()) -> list[Slip]:
    """Return the slips that a network file's calculation allows, commonest first.

    Each line is changed alone; the same change is then made in every line of a layer, and everywhere.
    ``extra`` are more lines, of somebody's own names, which may have the wrong sign or size.
    """
    worked = sheet.worked()
    roles = Roles(worked)
    found: list[Slip] = []
    together: dict[tuple[object, ...], dict[str, tuple[str, ast.expr]]] = {}
    for line in (*worked.listing.lines, *extra):
        role = roles.role(line.name)
        # what a slip is made in all of: a layer, everything, and of several examples a unit, or one of them
        levels: list[tuple[object, ...]] = [(role.layer, ""), (0, "")]
        if len(roles.examples) > 1:
            levels += [(role.layer, role.unit), (role.layer, role.example), (0, role.example)]
        for one in changes(roles, line):
            kind, says = called(one, role.what)
            found.append(Slip(kind, says, {line.name: one.node}))
            for level in levels if role.what in LINES else ():
                group = together.setdefault((kind, one.what, one.part, one.key, role.what, level), {})
                group[line.name] = says, one.node
    for (kind, *_), lines in together.items():
        if len(lines) > 1:
            texts = {says for says, _ in lines.values()}
            says = texts.pop() if len(texts) == 1 else said(f"several: {kind}")
            found.append(Slip(str(kind), says, {name: node for name, (_, node) in lines.items()}))
    found += [*crossed_rows(roles), *mistyped(roles), *other_rules(sheet, roles)]
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
        return "\n".join(map(str, [*slip.worked.listing.lines, slip.worked.given, slip.worked.updates]))
    changed = [f"{name} = {ast.unparse(node)}" for name, node in sorted(slip.changes.items())]
    return "\n".join([*changed, *(f"{name}: {value}" for name, value in slip.given.items())])


def crossed_rows(roles: Roles) -> Iterator[Slip]:
    """Go through the slips that exchange two inputs in the partials by the weights of one unit."""
    listing, partials, turned = roles.worked.listing, roles.partials, roles.maps["turned"]
    for layer in roles.layers:
        for row in layer.weights:
            for a, b in combinations([weight for weight in row if weight in partials], 2):
                one, other = (listing.line(partials[weight]) for weight in (a, b))
                changed = {one.name: other.expression, other.name: one.expression}
                kind, _, says = WORDS["slip"]["rows partial *"].partition(": ")
                yield Slip(kind, says.format(old=a, new=b), changed)
        every = {
            partials[w]: listing.line(partials[turned[w]]).expression
            for row in layer.weights
            for w in row
            if w in turned and w in partials and turned[w] in partials
        }
        if every:
            yield Slip("row for column", said("several: row for column"), every)


def mistyped(roles: Roles) -> Iterator[Slip]:
    """Go through the numbers that were given, with two digits exchanged, a sign, or the point moved.

    Numbers that stand together may be exchanged.
    """
    given = roles.worked.given
    for name, value in given.items():
        digits = repr(value)
        other: dict[str, list[float]] = {"transposed digits": [], "decimal point": []}
        for k, (a, b) in enumerate(pairwise(digits)):
            if a.isdigit() and b.isdigit() and a != b and "e" not in digits:
                other["transposed digits"].append(float(digits[:k] + b + a + digits[k + 2 :]))
        if value:
            yield slip_of("minus lost", {name: -value}, new=repr(-value), name=name)
            other["decimal point"] += [float(Fraction(digits) * f) for f in (Fraction(10), Fraction(1, 10))]
        for key, values in other.items():
            yield from (slip_of(key, {name: x}, new=repr(x), name=name, old=repr(value)) for x in values)
    for group in roles.unit_names():
        for a, b in combinations([name for name in group if name in given], 2):
            if given[a] != given[b]:
                yield slip_of("numbers exchanged", {a: given[b], b: given[a]}, old=a, new=b)


def other_rules(sheet: "Sheet", roles: Roles) -> Iterator[Slip]:
    """Go through the slips that take another rule, loss or activation, or turn a layer's weights."""
    network, rules = sheet.network, sheet.rules

    def other(key: str, words: dict[str, object], **other: Any) -> Iterator[Slip]:
        try:
            yield slip_of(key, {}, sheet._replace(**other).worked(), **words)
        except ValueError:  # a rule that this network cannot have
            return

    def with_layer(n: int, **other: Any) -> Network:
        layers = [*network.layers]
        layers[n] = layers[n]._replace(**other)
        return replace(network, layers=tuple(layers))

    if rules.order == "output_first":  # the other way round it is a change of lines
        yield from other("order", {}, rules=replace(rules, order="simultaneous"))
    for biases in BIASES if any(layer.bias is not None for layer in network.layers) else ():
        if biases != rules.biases:
            yield from other(f"biases {biases}", {}, rules=replace(rules, biases=biases))
    for examples in EXAMPLES if len(roles.examples) > 1 else ():
        if examples != rules.examples:
            yield from other(f"examples {examples}", {}, rules=replace(rules, examples=examples))
    if rules.momentum:
        yield from other("momentum", {}, rules=replace(rules, momentum=0.0))
    if not rules.momentum and (kept := with_kept(roles)):
        yield slip_of("kept", worked=kept)
    for loss in LOSSES:
        if loss != network.loss and (network.layers[-1].activation, loss) not in FUSED:
            # mean=None: over the outputs as the other loss has it, not as this one
            words: dict[str, object] = {"new": loss, "old": network.loss}
            yield from other("loss", words, network=replace(network, loss=loss, mean=None))
    if network.sizes[-1] > 1:
        key = f"mean {not network.mean}".lower()
        yield from other(key, {}, network=replace(network, mean=not network.mean))
    for n, layer in enumerate(network.layers):
        for activation in ACTIVATIONS:
            if activation not in (layer.activation, "softmax"):
                words = {"layer": n + 1, "new": activation, "old": layer.activation}
                yield from other("activation", words, network=with_layer(n, activation=activation))
        if layer.weights.shape[-1] == layer.weights.shape[-2] > 1:
            turned = with_layer(n, weights=layer.weights.swapaxes(-1, -2))
            yield from other("transposed", {"layer": n + 1}, network=turned)


def with_kept(roles: Roles) -> Worked | None:
    """Return the listing in which every partial is added to what it was in the pass before."""
    worked, lines = roles.worked, []
    kept = {partial: f"{KEPT}{partial}" for partial in roles.partials.values()}
    if len(kept) > len(worked.updates):  # several steps in a pass
        return None
    for line in worked.listing.lines:
        node = line.expression
        if line.name in kept:
            node = ast.BinOp(ast.Name(kept[line.name]), ast.Add(), node)
        lines.append(line._replace(expression=node))
    given = worked.given | dict.fromkeys(kept.values(), 0.0)
    updates = worked.updates | {name: partial for partial, name in kept.items()}
    return worked._replace(listing=Listing(tuple(lines)), given=given, updates=updates)
