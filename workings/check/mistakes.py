"""Slips: what people get wrong when they calculate a network, each a named change of its worked listing.

A slip writes a line or several otherwise, mistypes a number that was given, or takes another rule. It is
no guess at what somebody meant: it is arithmetic that can be run, and compared with the digits it gives.
"""

import ast
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from fractions import Fraction
from functools import cache
from itertools import combinations, pairwise
from typing import Any, NamedTuple

from bplit.line import Line
from bplit.listing import Listing
from workings.check.changes import changes, said, worded
from workings.check.roles import Roles
from workings.net.files import Sheet
from workings.net.matrices import ACTIVATIONS, BIASES, EXAMPLES, FUSED, LOSSES, ORDERS
from workings.net.writer import Worked
from workings.words import WORDS

# Every kind of slip, commonest first, as the words file has them.
KINDS = [*dict.fromkeys(text.partition(": ")[0] for text in WORDS["slip"].values())]
NAMED = 3  # so many further lines are named


class Slip(NamedTuple):
    """A change of a worked listing: its kind, where, in words, and what is written otherwise.

    ``changes`` are the lines that are written otherwise, ``given`` the numbers that are mistyped, those of
    ``likely`` as expressions of the right ones, and ``worked`` is the whole listing if another rule is taken.
    """

    kind: str
    says: str
    changes: Mapping[str, ast.expr] = {}
    given: Mapping[str, Any] = {}
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
        return KINDS.index(self.kind)


def slip_of(key: str, given: Mapping[str, Any] = {}, worked: Worked | None = None, **words: object) -> Slip:
    """Return a slip that changes no line yet, with the sentence of the words file filled in."""
    kind, _, says = WORDS["slip"][key].partition(": ")
    return Slip(kind, says.format(**words), {}, given, worked)


def slips(sheet: Sheet, extra: Iterable[Line] = (), only: Collection[str] = ()) -> list[Slip]:
    """Return the slips that a network file's calculation allows, commonest first.

    Each line is changed alone; the same change is then made in every line of a layer, and everywhere.
    ``extra`` are more lines, of somebody's own names: their signs and sizes. Perhaps ``only`` some change.
    """
    worked = sheet.worked()
    roles = Roles(worked)
    found: list[Slip] = []
    together: dict[tuple[str, *tuple[object, ...]], dict[str, tuple[str, ast.expr]]] = {}
    for line in (line for line in (*worked.listing.lines, *extra) if not only or line.name in only):
        role = roles.role(line.name)
        # what a slip is made in all of: a layer, everything, and of several examples a unit, or one of them
        layer, (unit, *_) = (roles.role(roles.origin.get(line.name, line.name)))[1:3]
        levels: list[tuple[object, ...]] = [(layer, ""), (0, "")]
        by = roles.what(worked.means.get(line.name, line.name))  # or of all weights, or of all biases
        if len(roles.examples) > 1:
            levels += [(layer, unit), (layer, role.example), (0, role.example)]
        for one in changes(roles, line):
            slip = slip_of(worded(one, role.what), old=one.old, new=one.new)
            found.append(slip._replace(changes={line.name: one.node}))
            apart = role.what == "partial" and (one.part in ("mean", "sum", "rate") or one.what == "only")
            every = [*levels, (layer, by), (0, by)] if apart or role.what == "update" else levels
            every = [*every, (layer, unit, by)] if role.what == "update" else every
            for level in every if role.what != "other" and line.name != worked.loss else ():
                group = together.setdefault((slip.kind, one.what, one.part, one.key, role.what, level), {})
                group[line.name] = slip.says, one.node
    for (kind, *_), group in together.items():
        if len(group) > 1:
            says, *others = {says for says, _ in group.values()}
            says = said(f"several: {kind}") if others else says
            found.append(Slip(kind, says, {name: node for name, (_, node) in group.items()}))
    found += [] if only else [*crossed_rows(roles), *mistyped(roles), *other_rules(sheet, roles)]
    unlike: dict[object, Slip] = {}
    text = cache(ast.unparse)
    for slip in sorted(found, key=lambda slip: (len(slip.changes) > 1, slip.cost)):
        changed, rest = slip.changes, str(slip.given)
        if slip.worked:
            changed = {line.name: line.expression for line in slip.worked.listing.lines}
            rest = f"{slip.worked.given} {slip.worked.updates}"
        unlike.setdefault((frozenset((name, text(node)) for name, node in changed.items()), rest), slip)
    return sorted(unlike.values(), key=lambda slip: slip.cost)


def crossed_rows(roles: Roles) -> Iterator[Slip]:
    """Go through the slips that exchange two inputs in the partials by the weights of one unit."""
    partials, turned = roles.partials, roles.maps["turned"]
    lines = {line.name: line.expression for line in roles.worked.listing.lines}
    for layer in roles.layers:
        for row in layer.weights:
            for v, w in combinations([weight for weight in row if weight in partials], 2):
                a, b = partials[v], partials[w]
                slip = slip_of("rows partial *", old=v, new=w)
                yield slip._replace(changes={a: lines[b], b: lines[a]})
        both = [w for row in layer.weights for w in row if {w, turned.get(w)} <= partials.keys()]
        if both:
            every = {partials[w]: lines[partials[turned[w]]] for w in both}
            yield Slip("row for column", said("several: row for column"), every)


def mistyped(roles: Roles) -> Iterator[Slip]:
    """Go through the numbers that were given, with digits or a sign or a point changed, or two exchanged."""
    given = roles.worked.given
    for name, value in given.items():
        digits = repr(value)
        other = [
            ("transposed digits", float(digits[:k] + b + a + digits[k + 2 :]))
            for k, (a, b) in enumerate(pairwise(digits))
            if a.isdigit() and b.isdigit() and a != b and "e" not in digits
        ]
        if value:
            sizes = float(Fraction(digits) * 10), float(Fraction(digits) / 10)
            other += [("minus lost", -value), *(("decimal point", size) for size in sizes)]
        yield from (slip_of(key, {name: x}, new=repr(x), name=name, old=digits) for key, x in other)
    for one, another in roles.together():
        if given[one] != given[another]:
            changed = {one: given[another], another: given[one]}
            yield slip_of("numbers exchanged", changed, old=one, new=another)


def other_rules(sheet: Sheet, roles: Roles) -> Iterator[Slip]:
    """Go through the slips that take another rule, loss or activation, or turn a layer's weights."""
    network, rules = sheet.network, sheet.rules
    choices = [("order", ORDERS[0])]  # the other way round it is a change of lines
    choices += [("biases", biases) for biases in BIASES if any(layer.biases for layer in roles.layers)]
    choices += [("examples", examples) for examples in EXAMPLES if roles.examples[1:]]

    def taken(key: str, part: str, other: Mapping[str, Any], **words: Any) -> Iterator[Slip]:
        try:
            worked = sheet._replace(**{part: replace(getattr(sheet, part), **other)}).worked()
        except ValueError:  # a rule that this network cannot have
            return
        yield slip_of(key, worked=worked, **words)

    for name, choice in choices:
        if choice != getattr(rules, name):
            yield from taken(f"{name} {choice}", "rules", {name: choice})
    if rules.momentum:
        yield from taken("momentum", "rules", {"momentum": 0.0})
    elif kept := with_kept(roles):
        yield slip_of("kept", worked=kept)
    for loss in LOSSES:
        if loss != network.loss and (network.layers[-1].activation, loss) not in FUSED:
            # mean=None: over the outputs as the other loss has it, not as this one
            other = {"loss": loss, "mean": None}
            yield from taken("loss", "network", other, new=said(loss), old=said(network.loss))
    if network.sizes[-1] > 1:
        yield from taken(f"mean {not network.mean}".lower(), "network", {"mean": not network.mean})
    for n, layer in enumerate(network.layers):
        acts = [act for act in ACTIVATIONS if act not in (layer.activation, "softmax")]
        others = [layer._replace(activation=act) for act in acts]
        if layer.weights.shape[-1] == layer.weights.shape[-2] > 1:
            others.append(layer._replace(weights=layer.weights.swapaxes(-1, -2)))
        for changed in others:
            key = "activation" if changed.activation in acts else "transposed"
            words = {"layer": n + 1, "new": said(changed.activation), "old": said(layer.activation)}
            layers = (*network.layers[:n], changed, *network.layers[n + 1 :])
            yield from taken(key, "network", {"layers": layers}, **words)


def with_kept(roles: Roles) -> Worked | None:
    """Return the listing in which every partial is added to what it was in the pass before."""
    worked, lines = roles.worked, list(roles.worked.listing.lines)
    kept = {partial: f"kept_{partial}" for partial in roles.partials.values()}
    if len(kept) > len(worked.updates):  # several steps in a pass
        return None
    for n, line in enumerate(lines):
        if line.name in kept:
            added = ast.BinOp(ast.Name(kept[line.name]), ast.Add(), line.expression)
            lines[n] = line._replace(expression=added)
    given = worked.given | dict.fromkeys(kept.values(), 0.0)
    updates = worked.updates | {name: partial for partial, name in kept.items()}
    return worked._replace(listing=Listing(tuple(lines)), given=given, updates=updates)
