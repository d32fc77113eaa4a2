r"""The network that calculations are about: on paper, weights often stand in the drawing and in sums only.

>>> text = "x = 0.5\nz = 0.3*0.5 + 0.1 = 0.25\na = 0.5622\nE = 0.5*(1 - 0.5622)^2 = 0.0958"
>>> sums, targets = sums_in(text)
>>> sums[0].terms, targets
([[0.3, 0.5], [0.1]], [1.0])
"""

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from bplit.line import KNOWN
from workings.check.biases import OF_EXAMPLE
from workings.check.cleaned import NUMBER, numbered_rows, numeric
from workings.check.handed import Layout
from workings.check.pasted import Draft, decimals
from workings.check.typed import OF_OLD, Typed
from workings.check.wording import OF_PARTIALS, ROLES, kinds, kinds_of_unit, readings, words_of
from workings.net.numerals import Numeral
from workings.symbol import Array

FACTOR = rf"\(?({NUMBER})\)?"
TERM = rf"{FACTOR}(?:\*?{FACTOR})?"  # 0.3*0.5, (0.3)(0.5), or a bias
INSIDE = r"^[^\W\d]\w*\((.*)\)$"  # of an activation
SQUARE = rf"\(({NUMBER})-({NUMBER})\)\^\(?2"
LATER = {"weight", "bias", "delta", "error", "loss"}  # what is calculated behind the net inputs
LONGEST_SUM = 300  # letters of a calculation
BEHIND = 12  # the number of an output stands so near to that of its net input
SAME = 1e-3  # of a number: an activation is carried on with its first digits


class Sum(NamedTuple):
    """A net input: its name, its terms of one or two numbers, and the numbers above it.

    Each number above stands with the place of the sum that is the last before it.
    """

    name: str
    line: int
    terms: list[list[Numeral]]
    above: list[tuple[float, int]]

    def weighted(self, inputs: Sequence[float]) -> list[int]:
        """Return which terms are products with weights; the others are biases."""
        pairs = [n for n, term in enumerate(self.terms) if len(term) > 1]
        if len(pairs) < len(self.terms) or not has_one(self.terms[-1]):
            return pairs
        # beside as many products as inputs, and beside broken numbers, 1 is what a bias is multiplied by
        others = [leaf.text for n in pairs[:-1] for leaf in self.terms[n]]
        many = len(pairs) > len(inputs) if inputs and not self.is_later else all("." in one for one in others)
        return pairs[:-1] if others and many else pairs

    @property
    def worth(self) -> float:
        """What the sum is worth."""
        return float(sum(math.prod(map(float, term)) for term in self.terms))

    @property
    def is_later(self) -> bool:
        """Say whether activations are added, and no inputs."""
        values = [value for value, _ in self.above]
        pairs = [term for term in self.terms if len(term) > 1 and not has_one(term)]
        return bool(pairs) and all(any(near(leaf, values) for leaf in term) for term in pairs)


class Neuron(NamedTuple):
    """A unit: its place among all, its layer, the units below it, its inputs, weights and biases."""

    place: int
    layer: int
    below: list[int]
    inputs: list[Numeral]
    weights: list[Numeral]
    biases: list[Numeral]


def has_one(term: Sequence[Numeral]) -> bool:
    """Say whether a factor of a term is written as 1."""
    return "1" in [leaf.text for leaf in term]


def near(leaf: float, values: Iterable[float]) -> bool:
    """Say whether a number is one of some values, at least in its first digits."""
    return any(abs(leaf - value) <= SAME * abs(value) for value in values)


def terms_in(part: str) -> list[list[Numeral]]:
    """Return the terms of a sum of products of numbers, or nothing if it is none."""
    inner = re.sub(INSIDE, r"\1", part)
    if len(part) > LONGEST_SUM or not re.fullmatch(rf"{TERM}(?:[-+]{TERM})*", inner):
        return []
    terms = []
    for sign, one, other in re.findall(rf"(^|[-+]){TERM}", inner):
        signed = f"{sign}{one}".replace("--", "").lstrip("+")
        terms.append([Numeral(text) for text in (signed, other) if text])
    return terms if any(len(term) > 1 for term in terms) else []


def sums_in(text: str) -> tuple[list[Sum], list[Numeral]]:
    """Return the net inputs that a text calculates, and the targets that outputs are taken from."""
    sums, targets, above = list[Sum](), list[Numeral](), list[tuple[float, int]]()
    before = True
    for line, row in numbered_rows(text):
        for piece in re.split(r"[,;\t]", row):
            piece = piece.replace(" ", "")
            name, *parts = re.split("[=→:]", piece)
            words, _ = words_of(name)
            roles = {what for what, _, _ in readings(words)}
            nets = {"net", "out"} & {role for word in words for role in ROLES[word]}
            later = (roles and roles <= LATER and not nets) or re.search(OF_PARTIALS, name)
            before = before and not (later and (sums or any(map(terms_in, parts))))
            for part in parts:
                terms = terms_in(part) if before else []
                if terms and name not in [one.name for one in sums]:
                    sums.append(Sum(name, line, terms, [*above]))
            for pair in re.findall(SQUARE, piece):
                known = [near(float(one), [value for value, _ in above]) for one in pair]
                targets += [Numeral(pair[known[0]])] if any(known) else []
            last = numeric(parts[-1]) if parts and sums else np.array([])
            above += [(float(last.flat[0]), len(sums) - 1)] if last.size == 1 else []
    return sums, targets


def units_of(sums: Sequence[Sum], known: Sequence[float]) -> list[Neuron]:
    """Return the units that sums are of, the inputs being known or found."""
    first = [[one.terms[n] for n in one.weighted(known)] for one in sums if not one.is_later]
    # inputs are those that are given, or that all units have; in doubt they stand behind the weights
    rows = [[[float(term[side]) for term in terms] for terms in first] for side in (0, 1)]
    behind = max((1, 0), key=lambda side: sum(row == (known or rows[side][0]) for row in rows[side]))
    units: list[Neuron] = []
    for one in sums:
        weighted, unit = one.weighted(known), Neuron(len(units), 1, [], [], [], [])
        for n, term in enumerate(one.terms):
            if n not in weighted:
                unit.biases.append(next((leaf for leaf in term if not has_one([leaf])), term[0]))
                continue
            side = int(near(term[1], [v for v, _ in one.above])) if one.is_later else behind
            unit.weights.append(term[1 - side])
            unit.inputs.append(term[side])
            unit.below.extend(source(term[side], one, sums, unit.below) if one.is_later else [])
        layer = 1 + max((units[k].layer for k in unit.below), default=0)
        units.append(unit._replace(layer=layer))
    return units


def outs_of(net: float) -> list[float]:
    """Return what an activation makes of a net input: each that a layer may have."""
    return [net, *(float(known.value(np.array(net))) for known in KNOWN.values() if known.unit)]


def source(leaf: Numeral, one: Sum, sums: Sequence[Sum], taken: Sequence[int]) -> list[int]:
    """Return the unit that a factor of a sum is the output of: by its value, or by what stands before it."""
    units = [k for k in range(sums.index(one)) if k not in taken]
    by_value = [k for k in units if near(leaf, outs_of(sums[k].worth))]
    above = [k for value, k in one.above if near(leaf, [value]) and k not in taken]
    return (by_value if len(by_value) == 1 else above)[-1:]


def layered(units: Sequence[Neuron]) -> list[list[Neuron]]:
    """Return the units of each layer, weights in the order of the units below; nothing if one is missing."""
    layers: list[list[Neuron]] = [[] for _ in range(max((unit.layer for unit in units), default=0))]
    places: list[list[int]] = [[] for _ in layers]
    for n, unit in enumerate(units):
        order = sorted(range(len(unit.below)), key=unit.below.__getitem__) or [*range(len(unit.weights))]
        layers[unit.layer - 1].append(unit._replace(weights=[unit.weights[k] for k in order]))
        places[unit.layer - 1].append(n)
    for below, layer in zip([[], *places], layers, strict=False):
        counts = {len(unit.weights) for unit in layer}
        if len(counts) != 1 or any(sorted(unit.below) != below for unit in layer):
            return []
    return layers


class Naming:
    """Gives each number a name: what is said before with its value, or a counted one."""

    def __init__(self, said: Sequence[Typed]) -> None:
        self.said = [(s.name, float(s.numbers.item())) for s in said]
        self.arrays: dict[str, dict[str, Array]] = {"weight": {}, "bias": {}, "x": {}, "y": {}}

    def take(self, kind: str, leaf: Numeral, own: str = "") -> str:
        """Keep a number of a kind, and return the name that it is kept by, if it has none of its own."""
        table = self.arrays[kind]
        for name, value in self.said if not own else ():
            if value == leaf and name not in table and kind in (kinds(name) & self.arrays.keys() or {kind}):
                own = name
                self.said.remove((name, value))
                break
        shared = kind == "bias" and own in table and table[own] == leaf
        taken = any(own in some for some in self.arrays.values())
        name = own if own and (shared or not taken) else f"{kind[0]}{len(table) + 1}"
        table[name] = np.array(leaf, dtype=object)
        return name

    def layout(self, layers: Sequence[Sequence[Neuron]], own: Mapping[str, Array]) -> Layout:
        """Keep the weights and biases of layers, and return where each stands.

        Biases that are given by name for each unit, or each layer, stand; a unit without one has 0.
        """
        given = [(name, leaf) for name, array in own.items() for leaf in array.flat]
        if len(given) == len(layers):
            given = [one for one, layer in zip(given, layers, strict=True) for _ in layer]
        each = iter(given if len(given) == sum(map(len, layers)) else [])
        weights = [[[self.take("weight", one) for one in unit.weights] for unit in layer] for layer in layers]
        biases: list[list[str]] = []
        for layer in layers:
            some = [next(each, ("", next(iter(unit.biases), None))) for unit in layer]
            some = some if any(leaf is not None for _, leaf in some) else []
            biases.append([self.take("bias", leaf or Numeral("0"), name) for name, leaf in some])
        places = {name: n for n, name in enumerate(self.arrays["weight"] | self.arrays["bias"])}
        found = list[tuple[Array, Array | None]]()
        for rows, names in zip(weights, biases, strict=True):
            bias = np.array([places[one] for one in (names[:1] if len({*names}) == 1 else names)])
            found.append((np.array([[places[one] for one in row] for row in rows]), bias if names else None))
        return tuple(found)


def values_of(arrays: Mapping[str, Array]) -> list[float]:
    """Return all numbers of arrays."""
    return [float(leaf) for array in arrays.values() for leaf in array.flat]


def network_in(text: str, found: Sequence[Typed], read: Draft) -> Draft | None:
    """Return what a text says of the network that it calculates with, or None if that is not whole.

    What it gives by name beside it, as it was read, stands: inputs, targets, and biases that are one for each
    unit.
    """
    sums, targets = sums_in(text)
    if not sums:
        return None
    count = len({name.partition(OF_EXAMPLE)[2] for name in read.given["x"]})
    count = max([count, *(len(array) for array in read.given["x"].values() if array.ndim > 1)])
    units = units_of(sums, values_of(read.given["x"]))
    given = {kind: read.given[kind] for kind in ("x", "y")}
    if not are_inputs(values_of(given["x"]), units[0], count):
        given["x"], units = {}, units_of(sums, [])
    results = [value for value, _ in sums[-1].above]
    given["y"] = {name: y for name, y in given["y"].items() if not near(y.flat[0], results)}
    outputs = len(values_of(given["y"]) or targets)
    # what is calculated behind the last net input is none
    every = (layered(units[:n]) for n in range(len(units), 0, -1))
    layers = next((some for some in every if some and outputs in (len(some[-1]), count * len(some[-1]))), [])
    if not layers:
        return None
    start = sums[0].line
    before = [s for s in found if s.numbers.size == 1 and (s.line < start or OF_OLD.search(s.name))]
    said = [s._replace(name=OF_OLD.sub("", s.name)) for s in before if kinds(s.name) - {"rate"}]
    naming = Naming(said)
    for leaf in layers[0][0].inputs if not given["x"] else ():
        naming.take("x", leaf)
    for leaf in targets if not given["y"] else ():
        naming.take("y", leaf)
    layout = naming.layout(layers, read.given["bias"])
    arrays = {kind: given.get(kind) or some for kind, some in naming.arrays.items()}
    values = [value for some in arrays.values() for value in values_of(some)]

    def is_figure(s: Typed) -> bool:  # above the first sum, if it has decimals as what is calculated has
        exact = any(decimals(leaf) > 2 for leaf in s.numbers.flat)
        return s.line >= start or (exact and not near(s.numbers.flat[0], values))

    figures = [s for s in found if s.name and s.numbers.size and is_figure(s)]
    lines = {s.line for s in figures}
    unread = [line for line in read.unread if line >= start and line not in lines]
    passed = [line for line in read.passed if line not in lines]
    units_named = names_of(sums, found, layers)
    return Draft({**read.given, **arrays}, read.rules, figures, passed, unread, layout, units_named)


def are_inputs(values: Sequence[float], unit: Neuron, count: int) -> bool:
    """Say whether numbers are the inputs of so many examples, those of the first unit among them."""
    return len(values) == count * len(unit.inputs) and all(leaf in values for leaf in unit.inputs)


def names_of(
    sums: Sequence[Sum], found: Sequence[Typed], layers: Sequence[Sequence[Neuron]]
) -> dict[str, tuple[int, int, str]]:
    """Return the layer and the place of each unit, by the names of its net input and of the number behind it.

    And what these are if they are the name of the unit alone.
    """
    places = {unit.place: (n, k) for n, layer in enumerate(layers, 1) for k, unit in enumerate(layer)}
    names = dict[str, tuple[int, int, str]]()
    for n, one in enumerate(sums[: len(places)]):
        lines = [s for s in found if s.line >= one.line and s.numbers.size == 1]
        start = next((k for k, s in enumerate(lines) if s.name.replace(" ", "") == one.name), 0)
        net, *others = lines[start : start + 1 + BEHIND]
        sums_named = [other.name for other in sums]
        outs = [s for s in others if s.name.replace(" ", "") not in sums_named]
        behind = outs and outs[0] is others[0] and "loss" not in ROLES.get(outs[0].name.lower(), ())
        next_one = outs[0] if behind else net
        out = next((s for s in outs if near(s.numbers.item(), outs_of(one.worth))), next_one)
        for s, kind in ((net, "net"), (out, "out")):
            for what, _, unit in kinds_of_unit(s.name):
                if what in ("net", "out") and (unit not in names or unit == s.name):
                    names[unit] = (*places[n], kind if unit == s.name else "")
    return names
