"""The numbers of a network by the names that a text gives them itself, and by its names of units."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from functools import lru_cache

import numpy as np

from workings.check.handed import Layout, listed_names, places_of
from workings.check.quantities import TELLING_DIGITS, Quantities, digits_in, of_example
from workings.check.wording import OF_PARTIALS, OF_UNITS, ROLES, TURNED_NEW, UNIT_NAME, kinds, kinds_of_unit
from workings.net.files import Sheet
from workings.net.numerals import Numeral
from workings.symbol import Array


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
        self.exchanged: Mapping[str, str] = {}  # words that mean each other
        self.found: dict[object, list[Array]] = {}  # what names can mean, until more is learned
        self.bare: Counter[str] = Counter()  # of which kind numbers are that have the name of a unit alone
        for key, names in self.own.items():
            into = led_into(self.arrays["weight"], names)
            found = re.findall(UNIT_NAME, re.sub(r"\W", "  ", key))
            if names.size > 1 and into and found and (found[-1] != key or kinds(key) != {"weight"}):
                self.units[found[-1]] = into
        sizes = sheet.network.sizes
        self.known = {name: of for name, of in units.items() if of[0] < len(sizes) and of[1] < sizes[of[0]]}
        self.units |= {name: of[:2] for name, of in self.known.items()}

    def turn_biases(self) -> None:
        """Take biases for thresholds, which are subtracted."""
        biases = {*self.running["bias"]}

        def turned(array: Array) -> Array:
            names = ["-" * (name in biases) + name for name in array.flat]
            return np.array(names, dtype=object).reshape(array.shape)

        self.own = {key: turned(array) for key, array in self.own.items()}
        self.arrays["bias"] = [(n, turned(array)) for n, array in self.arrays["bias"]]
        self.running["bias"] = [f"-{name}" for name in biases]

    def of_own(self, name: str) -> Array:
        """Return the array of one of a text's own names, or of its last word if no other one has it."""
        bare = "".join(name.split())
        keys = keys_of(*self.own)
        if key := keys.get(tuple(sorted(name.split())), keys.get(bare)):
            return self.own[key]
        if (placed := counted_in(self.own, self.running["bias"], name)).size:
            return placed
        words = name.split()
        column = [array for key, array in self.own.items() if words == key.split()[:-1] != []]
        if len(column) > 1:  # of a table
            return np.concatenate([array.ravel() for array in column])
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
        every = [*self.arrays[what]]
        if what == "error":  # of a hidden unit its delta, or what comes back to it
            outs = [
                (n, a, [self.slope(self.worked.loss, out) for out in a.flat]) for n, a in self.arrays["out"]
            ]
            every += self.arrays["delta"]
            every += [(n, np.array(of, dtype=object).reshape(a.shape)) for n, a, of in outs if all(of)]
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

    def sloped(self, names: Array, loss: str = "") -> Array:
        """Return the partials of a loss by weights or biases, by anything else none."""
        known = {*self.running["weight"], *self.running["bias"]}
        texts = [self.slope(loss or self.worked.loss, name) for name in names.flat if name in known]
        whole = len(texts) == names.size and all(texts)
        return np.array(texts, dtype=object).reshape(names.shape) if whole else np.array([])

    def learn(self, figures: Iterable[tuple[str, Numeral, int]]) -> None:
        """Learn which unit a name means, from the numbers that have the values of one; of others by order."""
        self.found.clear()
        votes: dict[str, Counter[tuple[int, int]]] = {}
        units = [(n, k) for n, array in self.arrays["net"] for k in range(array.shape[-1])]
        for name, leaf, example in figures:
            for what, turn, unit in kinds_of_unit(name):
                if what in ("net", "out", "delta") and unit not in self.own:
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


def placed_in(arrays: Mapping[str, Array], name: str) -> Array:
    """Return the array of a name, or what is in it at a place, as in W1[0][1], or nothing."""
    whole, *place = (name not in arrays and re.findall(r"[^\[\],]+", name)) or [name]
    with suppress(ValueError, IndexError, KeyError):
        return np.atleast_1d(arrays[whole][tuple(map(int, place))]) if place else arrays[whole]
    return np.array([])


def led_into(weights: Iterable[tuple[int, Array]], names: Array) -> tuple[int, int] | None:
    """Return the unit that all of some weights lead into, or None."""
    for layer, array in weights:
        for unit, row in enumerate(array):
            if {*names.flat} <= {*row}:
                return layer, unit
    return None


@lru_cache(maxsize=8)
def keys_of(*keys: str) -> dict[object, str]:
    """Return names by their words in any order, and by all their letters."""
    return {"".join(key.split()): key for key in keys} | {tuple(sorted(key.split())): key for key in keys}


def counted_in(own: Mapping[str, Array], biases: Iterable[str], name: str) -> Array:
    """Return what w2 means in a list; in a matrix whose first column has the biases w12, this being 0."""
    found = re.fullmatch(r"(.+?)_?(\d?),?(\d)", name)
    if not found or name in own:
        return np.array([])
    (stem, first, last), before = found.groups(), name[:-1].rstrip("_")
    for key in (key for key in own if key == before or key.lower() == stem.lower()):
        rows, of_stem = np.atleast_2d(own[key]), key.lower() == stem.lower()
        of_bias = of_stem and rows.size > len(rows) and {*rows[:, 0]} <= {*biases}
        if of_bias or (own[key].ndim == 1 < rows.size and key == before):
            row, column = int(first or 1) - 1 if of_bias else 0, int(last) - (not of_bias)
            return rows[row : row + 1, column : column + 1].ravel() if column >= 0 else np.array([])
    return np.array([])
