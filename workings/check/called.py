"""What people call the numbers of a network, in the names of its listing."""

import ast
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import islice, product
from typing import Self

import numpy as np

from workings.check.handed import Layout, listed_names, places_of
from workings.check.quantities import TELLING_DIGITS, Quantities, digits_in, of_example
from workings.check.wording import (
    CHANGE_WORDS,
    NEW_WORDS,
    OF_PARTIALS,
    OF_UNITS,
    ROLES,
    TURNED_NEW,
    UNIT_NAME,
    kinds_of_unit,
    quotients,
    readings,
    shorter_names,
    words_of,
)
from workings.net.files import Sheet, own_line
from workings.net.matrices import ACTIVATIONS
from workings.net.numerals import Numeral
from workings.symbol import Array

MEANINGS = 30  # so many that a calculation in place of a name can have are tried


class Units(Quantities):
    """The numbers of a network file with names of a text's own, and the units that it names."""

    def __init__(
        self,
        sheet: Sheet,
        arrays: Mapping[str, Array] = {},
        layout: Layout = (),
        units: Mapping[str, tuple[int, int, str]] = {},
    ) -> None:
        super().__init__(sheet)
        listed = listed_names(self.worked, layout) if layout else ()
        self.own = {k: np.array(listed[n], dtype=object) for k, n in places_of(arrays).items()}
        # all weights, and all biases, in the order of their numbers
        known = {kind: {name for _, a in self.arrays[kind] for name in a.flat} for kind in ("weight", "bias")}
        self.running = {
            k: [name for name in self.worked.given if name in names] for k, names in known.items()
        }
        depth, last = len(self.worked.layers), self.arrays["net"][-1][1].shape[-1]
        # the layer and the place of a unit by its name
        self.units = {name: (depth, 0) for name in ("y", "o") if last == 1}
        self.units |= {f"{name}{k + 1}": (depth, k) for name in ("y", "o") for k in range(last)}
        inputs = self.arrays["x"][0][1].shape[-1]
        self.units |= {f"{name}{k + 1}": (0, k) for name in ("x", "i") for k in range(inputs)}
        self.each: dict[int, Self] = {}
        self.exchanged: Mapping[str, str] = {}  # words that mean each other
        self.bare: Counter[str] = Counter()  # of which kind numbers are that have the name of a unit alone
        for key, names in self.own.items():
            into = self.led_into(names)
            if names.size > 1 and into and (found := re.findall(UNIT_NAME, re.sub(r"\W", "  ", key))):
                self.units[found[-1]] = into
        sizes = sheet.network.sizes
        self.known = {name: of for name, of in units.items() if of[0] < len(sizes) and of[1] < sizes[of[0]]}
        self.units |= {name: of[:2] for name, of in self.known.items()}

    def led_into(self, names: Array) -> tuple[int, int] | None:
        """Return the unit that all of some weights lead into, or None."""
        for layer, array in self.arrays["weight"]:
            for unit, row in enumerate(array):
                if {*names.flat} <= {*row}:
                    return layer, unit
        return None

    def of_own(self, name: str) -> Array:
        """Return the array of one of a text's own names, or of its last word if no other one has it."""
        bare = "".join(name.split())
        for key, array in self.own.items():  # in any order of the words
            if sorted(key.split()) == sorted(name.split()) or "".join(key.split()) == bare:
                return array
        if (counted := re.fullmatch(r"(.*[^\W\d])_?(\d)", name)) and name not in self.own:
            whole = self.own.get(counted[1], np.array([]))
            if whole.ndim == 1 and 0 < int(counted[2]) <= whole.size > 1:
                return whole[[int(counted[2]) - 1]]
        words = name.split()
        several = [key for key in self.own if " " in key and words[-1:] == [*{*words[-1:]} & {*key.split()}]]
        inside = [key for key in several if {*key.split()} < {*words} and not re.search(OF_PARTIALS, name)]
        if len(inside) == 1:
            return self.own[inside[0]]
        alike = [key for key in self.own if [key] == name.split()[-1:] and not re.search(OF_PARTIALS, name)]
        alike += [key for key in self.own if bare and " " in key and "".join(key.split()).endswith(bare)]
        alone = len(alike) == 1 and bare not in self.units
        return self.own[alike[0]] if alone else placed_in(self.own, name)

    def of_unit(self, what: str, turn: str, unit: tuple[int, int], example: int = 0) -> Iterator[Array]:
        """Go through the numbers of a kind that a unit has: of weights, those that lead into it."""
        every = [*self.arrays[what], *(self.arrays["delta"] if what == "error" else ())]
        for layer, array in every:
            if layer == unit[0] and array.shape[-1] and what in (*OF_UNITS, "y"):
                yield of_example(array[..., [unit[1]]].reshape(-1), example)
            elif layer == unit[0] and what in ("weight", "bias") and unit[1] < len(array):
                yield from self.turnings(np.atleast_1d(array[unit[1]]), turn)

    def of_units(self, name: str, example: int) -> list[Array]:
        """Return what a name can mean whose last part is the name of a unit."""
        known = self.known[name][2] if name in self.known else ""
        every = sorted(
            kinds_of_unit(name),
            key=lambda one: (one[0] != known, -self.bare[one[0]]) if one[2] == name else (True, 0),
        )
        found = [*self.between(name)]
        for what, turn, unit in every if not found or re.search(r"(?<!\w)[aoy]_", name) else ():
            found += self.of_unit(what, turn, self.units[unit], example) if unit in self.units else ()
        return found

    def between(self, name: str) -> Iterator[Array]:
        """Go through the weight that a name means in which two units stand, one behind the other."""
        parts = re.findall(r"[^\W\d_]+\d*", name)
        known = [self.units[part] for part in parts if part in self.units]
        of_weights = not any({"net", "delta", "error"} & {*ROLES.get(part.lower(), ())} for part in parts)
        if of_weights and len(known) == 2 and abs(known[0][0] - known[1][0]) == 1:
            (_, of), (n, to) = sorted(known)
            weight = self.arrays["weight"][n - 1][1][to, [of]]
            new = re.search(TURNED_NEW, name)
            yield from self.turnings(weight, "new" if new else "")
            if not (new or re.search(OF_PARTIALS, name)):  # what is said of it its value tells
                yield self.sloped(weight)
                yield from (*self.turnings(weight, "new"), *self.turnings(weight, "change"))

    def sloped(self, names: Array) -> Array:
        """Return the partials of the loss by weights or biases, by anything else none."""
        known = {*self.running["weight"], *self.running["bias"]}
        texts = [self.slope(self.worked.loss, name) for name in names.flat if name in known]
        whole = len(texts) == names.size
        return np.array(texts, dtype=object).reshape(names.shape) if whole else np.array([])

    def learn(self, figures: Iterable[tuple[str, Numeral, int]]) -> None:
        """Learn which unit a name means, from the numbers that have the values of one; of others by order."""
        votes: dict[str, Counter[tuple[int, int]]] = {}
        units = [(n, k) for n, array in self.arrays["net"] for k in range(array.shape[-1])]
        for name, leaf, example in figures:
            for what, turn, unit in kinds_of_unit(name):
                if what in ("net", "out", "delta"):
                    fits = [
                        u
                        for u in units
                        for a in self.of_unit(what, turn, u, example)
                        if a.size == 1 and self.fitting(a, np.array([leaf], dtype=object)) == 1
                    ]
                    self.bare[what] += len(fits) if unit == name else 0
                    votes.setdefault(unit, Counter()).update(
                        fits if digits_in(leaf) >= TELLING_DIGITS else ()
                    )
        for unit, found in votes.items():
            best, other = [*found.most_common(2), (None, 0), (None, 0)][:2]
            if best[0] and best[1] > other[1] and unit not in self.known:
                self.units[unit] = best[0]
        learned = {self.units[unit] for unit, found in votes.items() if found and unit in self.units}
        unknown = [unit for unit in votes if unit not in self.units]
        others = [unit for unit in units if unit not in learned]
        if len(unknown) == len(others):
            self.units |= dict(zip(unknown, others, strict=True))


class Parts(Units):
    """The numbers of a network file as people call them, those of a text first: arrays of names, or more."""

    def find(self, name: str, size: int, example: int = 0, under: str = "") -> list[Array]:
        """Return what a name of so many numbers can mean: names or expressions, the likeliest first."""
        every: list[Array] = []
        for part in self.called(name, under):
            bare = re.sub(OF_PARTIALS, " ", part).strip()
            more = [self.sloped(one) for one in (*self.of_units(bare, example), self.of_own(bare))]
            more = more if self.is_of_loss(part.rpartition(" ")[2], example) else []
            more = more if re.search(OF_PARTIALS, part) else self.of_units(part, example)
            more += self.simple(part, size, example)
            more += self.partials(part.replace(" ", ""), size, example)
            every = every or [array for array in more if array.size == size]
        count = np.atleast_2d(self.sheet.x).shape[0]
        if count > 1 and self.sheet.rules.examples == "batch_mean":  # deltas may have their share inside
            shares = [a for a in every if {one.removeprefix("-") for one in a.flat} <= self.deltas]
            every += [
                np.array([f"{d} / {count}" for d in a.flat], dtype=object).reshape(a.shape) for a in shares
            ]
        if self.uphill and "/" not in name:
            turned = {partial: f"-{partial}" for partial in self.worked.means}
            texts = [[turned.get(one, one) for one in array.flat] for array in every]
            every = [np.array(t, dtype=object).reshape(a.shape) for t, a in zip(texts, every, strict=True)]
        return [a for n, a in enumerate(every) if not any(np.array_equal(a, other) for other in every[:n])]

    def is_of_loss(self, name: str, example: int) -> bool:
        """Say whether a partial is one of the loss, or of what is not known."""
        losses = {loss for _, array in self.arrays["loss"] for loss in array.flat}
        every = [self.unit_or(of, 1, example) for of, by in quotients(name) if of]
        found = [[one.item() for one in meant if one.size == 1] for meant in every]
        return not any(meant and meant[0] not in losses for meant in found)

    def formulas(self, name: str, size: int, example: int) -> Iterator[Array]:
        """Go through what a name calculates, as y - t or h1*(1 - h1) does, if its parts are known."""
        bare = re.sub(r"^(?:[^\W\d_]{4,} )+", "", name).replace(" ", "")
        text = re.sub(r"(?<=[\w)])(?=\()", "*", bare.replace("^", "**"))
        words = [*dict.fromkeys(re.findall(r"[^\W\d]\w*", text))]
        every = product(*(self.find(word, size, example) for word in words))
        for arrays in islice(every, MEANINGS):
            texts = list[str]()
            for parts in zip(*(array.flat for array in arrays), strict=True):
                one = put(text, dict(zip(words, parts, strict=True)))
                with suppress(ValueError):
                    texts.append(ast.unparse(own_line("own", one, [*self.values]).expression))
            if len(texts) == size:
                yield np.array(texts, dtype=object)

    def called(self, name: str, under: str) -> list[str]:
        """Return what something may be called by its name and what it stands under."""
        about = {role for word in words_of(under)[0] for role in ROLES[word]}
        if self.of_own(name).size and under and name not in self.units:
            changed = "change" in about or (self.sheet.rules.momentum and under.lower() in ("v", "velocity"))
            turn = "new " if re.search(TURNED_NEW, under) else "d" if re.search(OF_PARTIALS, under) else ""
            turn = "Δ" if changed and not turn else turn
            before, _, last = name.rpartition(" ")
            talk = last in self.own and not (words_of(before)[0] or re.search(OF_PARTIALS, before))
            return [turn + (last if talk else name)]
        if name in self.known and self.known[name][2] and not {"delta", "error", "new", "change"} & about:
            return [("d" if re.search(OF_PARTIALS, under) else "") + name]
        if re.match(rf"Δ|∆|(?i:{CHANGE_WORDS})(?![^\W_])", name) and self.of_own(under).size:
            return [f"Δ{under}"]
        turns = re.search(TURNED_NEW, under) and not re.search(OF_PARTIALS, name)
        new = ["new " + name] if turns else []
        return [f"{under} {name}", *new, name] if under else shorter_names(name)

    def simple(self, name: str, size: int, example: int) -> list[Array]:
        """Return what a name can mean that is no partial: by itself, or, as a list may, by its words."""
        bare = re.sub(rf"(?i)^(?:{NEW_WORDS})[_ ]?|[_ ^]?(?:{NEW_WORDS})$|(?<= )(?:{NEW_WORDS}) ", "", name)
        stem = re.sub(rf"^(?:Δ|∆|(?i:{CHANGE_WORDS})[ _])", "", bare)
        if self.sheet.rules.momentum and name[:1] == "v" and self.of_own(name[1:]).size == size:
            stem = name[1:]  # vW1: its velocity
        own = self.of_own(stem)
        if own.size == size:
            turned = [*self.turnings(own, "change" if stem != bare else "new" if bare != name else "")]
            return turned if own.ndim != 1 or size == 1 else [*turned, *self.meant(*words_of(name), example)]
        if name == "F" and size == 1:  # beside f, an activation
            return [of_example(array, example) for _, array in self.arrays["loss"]][-1:]
        for exact in (f"{name}_e{example}", name):
            if exact in self.values and not (self.turned and exact in self.deltas):
                return [np.array([exact], dtype=object)]
        return [*self.meant(*words_of(name), example)]

    def unit_or(self, name: str, size: int, example: int) -> list[Array]:
        """Return what a name can mean in a partial: of a unit that is known, or by itself."""
        return self.of_units(name, example) if name in self.known else self.simple(name, size, example)

    def meant(self, words: Sequence[str], numbers: Sequence[int], example: int) -> Iterator[Array]:
        """Go through what words and numbers can mean, in an example."""
        layers = self.sheet.network.layers
        words = [self.exchanged.get(word, word) for word in words]
        functions, ways = {*words} & {*ACTIVATIONS}, [[*numbers]]
        if numbers and 10 < numbers[-1] < 100:  # w21: the second row, the first column
            ways.append([*numbers[:-1], *divmod(numbers[-1], 10)])
        matrices = any(own.ndim > 1 for own in self.own.values())
        for (what, layer, turn), of_layer in product(readings(words), (matrices, not matrices)):
            every = [(n, of_example(array, example)) for n, array in self.arrays[what]]
            for n, array in every if not turn or what in self.running else ():
                # the input of a layer is its net input
                other_layer = layer and (n == 0 or (n == len(layers)) != (layer == "last"))
                if other_layer or functions - {layers[n - 1].activation}:
                    continue
                some = [part for way in ways for part in picked(array, way)]
                if of_layer:  # beside matrices a2 is of layer 2
                    some = [part for way in ways if way[:1] == [n] for part in picked(array, way[1:])]
                elif what in self.running and n == 1 and len(numbers) == 1:
                    some = [*picked(np.array(self.running[what], dtype=object), numbers), *some]
                for part in some:
                    yield from self.turnings(part, turn)
            units = not (layer or turn or of_layer) or ([*words] == ["o"] and not of_layer)
            if len(numbers) == 1 and units and what in OF_UNITS:
                yield from units_counted(self.arrays, what, numbers[0])

    def partials(self, name: str, size: int, example: int) -> list[Array]:
        """Return the partials that a name can mean: dE/dw5, dw5, w5_grad, dout_o1_dnet_o1."""
        # of an example its own loss, or that of all, of which it is a share
        losses = [of_example(array, example) for _, array in self.arrays["loss"]][:: -1 if example else 1]
        every = []
        for of, by in quotients(name):
            above = self.unit_or(of, 1, example) if of else losses[: 2 if example else 1]
            for low, top in product(self.unit_or(by, size, example), above):
                if top.size == 1 or top.shape == low.shape:
                    tops = np.broadcast_to(top.flat[0] if top.size == 1 else top, low.shape)
                    texts = np.asarray(np.frompyfunc(self.slope, 2, 1)(tops, low), dtype=object)
                    every += [texts] if all(texts.flat) else []
            if not of and "[" not in by:  # dO, as if by its net input, or a change
                every += self.simple(f"delta {by}", size, example)
        return every


def put(text: str, meanings: Mapping[str, str]) -> str:
    """Return a calculation with other names, or with calculations, in place of its names."""
    return re.sub(r"[^\W\d]\w*", lambda word: f"({meanings[word[0]]})", text)


def placed_in(arrays: Mapping[str, Array], name: str) -> Array:
    """Return the array of a name, or what is in it at a place, as in W1[0][1], or nothing."""
    whole, *place = (name not in arrays and re.findall(r"[^\[\],]+", name)) or [name]
    with suppress(ValueError, IndexError, KeyError):
        return np.atleast_1d(arrays[whole][tuple(map(int, place))]) if place else arrays[whole]
    return np.array([])


def units_counted(arrays: Mapping[str, list[tuple[int, Array]]], what: str, number: int) -> Iterator[Array]:
    """Go through what a number means where it counts the units of all layers, or the inputs too."""
    signs = ("", "-") if what in ("delta", "error") else ("",)
    every = [array for _, array in arrays["delta" if what == "error" else what] if array.ndim == 1]
    units = np.concatenate([np.array([], dtype=object), *every])
    for sign, n in product(signs, (number - 1, number - 1 - arrays["x"][0][1].shape[-1])):
        if 0 <= n < len(units):
            yield np.array([f"{sign}{units[n]}".removeprefix("--")], dtype=object)


def picked(array: Array, numbers: Sequence[int]) -> Iterator[Array]:
    """Go through the parts of an array that numbers can mean, which count from 1."""
    match array.shape, [n - 1 for n in numbers]:
        case _, []:
            yield array
        case (units,), [u] if 0 <= u < units:
            yield array[[u]]
        case (rows, columns), [i, j]:
            yield from (array[[a], b] for a, b in ((i, j), (j, i)) if 0 <= a < rows and 0 <= b < columns)
        case (_, _), [u]:
            yield from (part[u] for part in (array, array.T) if 0 <= u < len(part))
