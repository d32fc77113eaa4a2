"""The numbers of a network by their kind, and what each is worth: names of its listing, or expressions."""

import ast
import re
from collections.abc import Iterator, Sequence
from copy import copy
from decimal import Decimal
from functools import cache, cached_property
from typing import Self

import numpy as np

from bplit.calculus import ONE, ZERO, added
from bplit.calculus import product as multiplied
from bplit.line import evaluated
from workings.check.case import MOVED
from workings.net.files import Sheet
from workings.net.notation import Namer
from workings.net.numerals import Numeral
from workings.net.writer import Worked
from workings.symbol import Array
from workings.write.formulas import slope

NEARLY_FITS = 0.9  # so much of what is only nearly a number speaks for it
TELLING_DIGITS = 3  # with fewer, a number does not say what it is
NOISE_OF_SINGLE = 1e-6  # of a number: what single precision does to it
LARGEST_SLOPE = 200  # no partial that is written out has more parts


def kinds_of_numbers(sheet: Sheet, worked: Worked) -> dict[str, list[tuple[int, Array]]]:
    """Return the names of all numbers of a network by their kind, those of each layer an array."""
    count, depth = np.atleast_2d(sheet.x).shape[0], len(worked.layers)
    name, first = Namer(sheet.notation, sheet.network.sizes).name, 1 if count > 1 else 0

    def each(names: Sequence[str]) -> Array:
        """Return the names of all examples, from those of the first."""
        rows = [[re.sub("_e1$", f"_e{e}", one) for one in names] for e in range(1, count + 1)]
        return np.array(rows if count > 1 else rows[0], dtype=object)

    layers = [*enumerate(worked.layers, 1)]
    errors = [name("error", depth, unit, first) for unit in range(1, sheet.network.sizes[-1] + 1)]
    return {
        "x": [(0, each(worked.x))],
        "y": [(depth, each(worked.y))],
        "weight": [(n, np.array(layer.weights, dtype=object)) for n, layer in layers],
        "bias": [(n, np.array([*dict.fromkeys(layer.biases or ())], dtype=object)) for n, layer in layers],
        "net": [(n, each(layer.nets)) for n, layer in layers],
        "out": [(n, each(layer.outs)) for n, layer in layers],
        "delta": [(n, each(layer.deltas)) for n, layer in layers],
        "error": [(depth, each(errors))] if errors[0] in worked.listing.names else [],
        "loss": [(0, np.array([worked.loss], dtype=object)), (0, each([name("loss", example=first)]))],
        "rate": [(0, np.array([name("rate")], dtype=object))],
        "momentum": [(0, np.array(["momentum"] * ("momentum" in worked.given), dtype=object))],
    }


class Quantities:
    """The numbers of a network file: arrays of names by kind, what a name or an expression is worth."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet, self.worked = sheet, sheet.meant()
        self.updates, self.listing = self.worked.updates, self.worked.listing
        # with momentum, the new velocities of the weights
        self.velocities = {
            name: self.updates[f"v_{name}"] for name in self.updates if f"v_{name}" in self.updates
        }
        self.values = self.listing.run(self.worked.given)
        self.needed = cache(self.listing.needed)
        self.arrays = kinds_of_numbers(sheet, self.worked)
        self.by: dict[tuple[str, str], ast.expr] = {
            (self.worked.loss, by): ast.Name(name) for name, by in self.worked.means.items()
        }
        self.deltas = {name for _, array in self.arrays["delta"] for name in array.flat}
        self.turned = self.uphill = False  # deltas, gradients
        self.each: dict[int, Self] = {}  # as an example finds them
        self.steps: list[Self] = []

    def after(self, count: int) -> Self:
        """Return the same numbers as they are after so many steps."""
        while len(self.steps) < count:
            last = self.steps[-1] if self.steps else self
            new = {name: last.values[new] for name, new in self.updates.items()}
            later = copy(self)
            later.values, later.each = self.listing.run({**self.worked.given, **new}), {}
            self.steps.append(later)
        return self.steps[count - 1] if count else self

    def turn_deltas(self) -> None:
        """Take a delta for the partial with the other sign, as of target minus output."""
        self.turned, self.each = True, {}
        self.arrays = self.arrays | {"delta": [(n, "-" + array) for n, array in self.arrays["delta"]]}

    def slope(self, of: str, by: str) -> str:
        """Return the partial of one name by another as a name or an expression, or nothing."""
        if by[0] == "-":  # a threshold
            return negative(self.slope(of, by[1:]))
        node = self.partial(of, by) if of in self.listing.names and of != by else ZERO
        return "" if node is ZERO else ast.unparse(node)

    def partial(self, of: str, by: str) -> ast.expr:
        """Return the partial of one name by another: a name, or a sum over the lines between them."""
        if of == by:
            return ONE
        if (of, by) not in self.by:
            total: ast.expr = ZERO
            for line in self.listing.lines:
                if by in line.uses and line.name in self.needed(of):
                    total = added(total, multiplied(self.partial(of, line.name), slope(line, by)))
            small = sum(1 for _ in ast.walk(total)) <= LARGEST_SLOPE
            self.by[of, by] = total if small else ZERO
        return self.by[of, by]

    def value(self, text: str) -> float:
        """Return what a name or an expression of names is worth."""
        if text not in self.values:
            self.values[text] = evaluated(ast.parse(text, mode="eval").body, self.values)
        return float(self.values[text])

    def fitting(self, names: Array, numbers: Array) -> float:
        """Return how many numbers have the digits of what they may stand for, or nearly."""
        pairs = zip(names.flat, numbers.flat, strict=True)
        return sum(fit(self.value(name), leaf, name in self.listing.names) for name, leaf in pairs)

    @cached_property
    def everything(self) -> list[str]:
        """Everything that has a name, or that people name: slopes, signed errors, changes."""
        kinds = [
            [name for _, array in self.arrays[kind] for name in array.flat] for kind in ("out", "net", "y")
        ]
        beside = [zip(layer.nets, layer.biases or (), strict=False) for layer in self.worked.layers]
        ends = zip(kinds[2], self.arrays["out"][-1][1].flat, strict=False)
        texts = [
            *self.listing.names,
            *(f"-{delta}" for delta in self.deltas),
            *(self.slope(out, net) for out, net in zip(*kinds[:2], strict=True)),
            *(self.slope(self.worked.loss, out) for out in kinds[0]),
            *(f"{net} - {bias}" for pairs in beside for net, bias in pairs),  # without it
            *(text for pair in ends for text in (f"{pair[0]} - {pair[1]}", f"{pair[1]} - {pair[0]}")),
            *(text for name in self.updates for text in self.turns(name, "change")),
            *self.worked.given,  # a number that is calculated is rather any other one
        ]
        return [*filter(None, dict.fromkeys(texts))]

    def kind_of(self, names: Array) -> str:
        """Return of which kind names are: of `arrays`, a partial, a new weight, or nothing of all that."""
        bare = {name.removeprefix("-") for name in names.flat}
        kinds = {
            kind: {name.removeprefix("-") for _, array in some for name in array.flat}  # it may be turned
            for kind, some in self.arrays.items()
        }
        kinds |= {"partial": {*self.worked.means}, "new": {*self.updates.values()}}
        return next((kind for kind, known in kinds.items() if bare <= known), "")

    def worth(self, numbers: Array) -> list[Array]:
        """Return what has the digits of numbers, if these are enough to say so."""
        if all(digits_in(leaf) < TELLING_DIGITS for leaf in numbers.flat):
            return []
        every = [array for found in self.arrays.values() for _, array in found]
        rows = [row for _, array in self.arrays["weight"] for row in np.atleast_2d(array)]
        outs = [array for _, array in self.arrays["out"]]
        slopes = [[self.slope(self.worked.loss, one) for one in array.flat] for array in (*outs, *rows)]
        every += [np.array(texts, dtype=object) for texts in slopes if all(texts)]
        every = [array for array in every if array.size == numbers.size]
        if numbers.size == 1:
            every = [np.array([text], dtype=object) for text in self.everything]
        fitting = [a for a in every if self.fitting(a, numbers) == a.size]
        if not fitting and numbers.size == 1 and digits_in(leaf := numbers.item()) > TELLING_DIGITS:
            fitting = [a for a in every if fit(self.value(a.item()), leaf, rounded=True)]
        return [a.reshape(numbers.shape) for a in fitting]

    def turnings(self, array: Array, turn: str) -> Iterator[Array]:
        """Go through what an array turns into: itself, its values after the step, or their change."""
        for texts in zip(*(self.turns(name, turn) for name in array.flat), strict=False):
            yield np.array(texts, dtype=object).reshape(array.shape)

    def turns(self, name: str, turn: str) -> list[str]:
        """Return what a weight turns into, where it is stepped; otherwise itself."""
        if name[0] == "-":  # a threshold
            return [*map(negative, self.turns(name[1:], turn))]
        if not turn or name not in self.updates:
            return [name]
        new, by = self.updates[name], self.slope(self.worked.loss, name)
        if turn == "new":
            return [new]
        if name in self.velocities:
            return [f"{new} - {name}", f"{name} - {new}", self.velocities[name]]
        step = f"{self.arrays['rate'][0][1][0]} * {by}"
        return [f"-{step}", step] if by else []


def of_example(array: Array, example: int) -> Array:
    """Return what belongs to an example, if anything does."""
    some = [name for name in array.flat if str(name).endswith(f"_e{example}")]
    return np.array(some, dtype=object) if some else array


def negative(text: str) -> str:
    """Return an expression with the other sign, or nothing for nothing."""
    if re.fullmatch(r"-\w+", text):
        return text[1:]
    return f"-({text})" if re.search(r"\W", text) else text and f"-{text}"


def digits_in(number: Numeral) -> int:
    """Return how many digits a number has, from the first that is not 0."""
    return len(re.sub(r"^[-+0.]+|e.*|[.]", "", number.text.lower()))


def fit(value: float, number: Numeral, rounded: bool = False) -> float:
    """Return 1 for a value with the digits of a number, to single precision; less for one that is rounded."""
    exponent = min(max(int(Decimal(number.text).as_tuple().exponent), -300), 300)
    off = max(0, abs(value - float(number)) - NOISE_OF_SINGLE * abs(value)) / 10.0**exponent
    near = rounded and off <= MOVED and digits_in(number) >= TELLING_DIGITS
    return 1 if off <= 0.5 else NEARLY_FITS * near
