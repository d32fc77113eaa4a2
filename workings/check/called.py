"""What people call the numbers of a network, h1_out, w5+, dE/dw5, net1 or W1, in the names of its listing."""

import ast
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from decimal import Decimal
from functools import cache, cached_property
from itertools import product

import numpy as np

from bplit.calculus import ONE, ZERO, added
from bplit.calculus import product as multiplied
from bplit.line import evaluated
from workings.check.case import MOVED
from workings.check.handed import Layout, listed_names, places_of
from workings.net.files import Sheet
from workings.net.matrices import ACTIVATIONS
from workings.net.notation import Namer
from workings.net.numerals import Numeral
from workings.net.writer import Worked
from workings.symbol import Array
from workings.words import WORDS
from workings.write.formulas import slope

NEARLY_FITS = 0.9  # so much of what is only nearly a number speaks for it
TELLING_DIGITS = 3  # with fewer, a number does not say what it is
NOISE_OF_SINGLE = 1e-6  # of a number: what single precision does to it
LONGEST, MOST = 40, 6  # no name has more letters, or words
LARGEST_SLOPE = 200  # no partial that is written out has more parts
ROLES: dict[str, list[str]] = {}  # of each word
for role, words in WORDS["called"].items():
    for word in words.split():
        ROLES.setdefault(word, []).append(role)
WORD = "|".join(map(re.escape, sorted(ROLES, key=len, reverse=True)))
NEW_WORDS = "|".join(map(re.escape, sorted(WORDS["called"]["new"].split(), key=len, reverse=True)))
CHANGE_WORDS = "|".join(WORDS["called"]["change"].split())
WHAT = ("x", "y", "weight", "bias", "net", "out", "delta", "error", "loss", "rate")
OF_UNITS = ("net", "out", "delta", "error")
UNIT_NAME = r"(?<!\w)(?:[^\W\d_]{1,2}\d*|\d+)(?!\w)"  # in a longer name
NEW = rf"(?i)(?<![^\W_])(?:{NEW_WORDS}|after)(?![^\W_])"
PARTIAL = r"(?i)[∂d]\w*/[∂d]\w|grad|∇|partial"
GRADIENT = r"(?:grad(?:ient)?|diff|partial|nabla|[d∂∇])[_.(]*(.+?)\)?|(.+?)(?:[._]grad(?:ient)?|的?梯度)"


def words_of(name: str) -> tuple[list[str], list[int]]:
    """Return the words and the numbers in a name, neither if it has words that nobody knows.

    >>> words_of("out_h1"), words_of("W1[0,1]"), words_of("houtput2"), words_of("something")
    ((['out', 'h'], [1]), (['w'], [1, 1, 2]), (['h', 'output'], [2]), ([], []))
    """
    counted = re.sub(r"(?<=[\[,])\s*(\d{1,3})(?=[,\]])", lambda n: f" {int(n[1]) + 1} ", name.lower())
    counted = re.sub(r"\b[dl]['’]", "", re.sub(r"[\s_^]+hat\b", "hat", counted))
    found: list[str] = []
    pieces = re.findall(r"\d+|[^\W\d_]+|[+'′*⁺]", counted)
    for piece in pieces:
        if not piece.isdigit():
            parts = [piece] if piece in ROLES else re.findall(WORD, piece[: LONGEST + 1])
            if "".join(parts) != piece or len({*parts}) < len(parts):
                return [], []
            found += parts
    return found, [int(piece[:MOST]) for piece in pieces if piece.isdigit()]


def readings(words: Sequence[str]) -> Iterator[tuple[str, str, str]]:
    """Go through what words can mean: a kind of number, hidden, last or no layer, what it turns into."""
    for roles in dict.fromkeys(product(*(ROLES[word] for word in words))) if len(words) <= MOST else ():
        what = {role for role in roles if role in WHAT}
        layer = [role for role in roles if role in ("hidden", "last")]
        if len(what) <= 1 and len(layer) <= 1 and (what or layer):
            turn = next((role for role in roles if role in ("new", "change")), "")
            yield (what or {"out"}).pop(), (layer or [""])[0], turn


def shorter_names(name: str) -> list[str]:
    """Return a name, and what it is if its last word, or those before it, are only talk."""
    before, _, last = name.rpartition(" ")
    return [name, before, last] if before else [name]


def kinds(name: str) -> set[str]:
    """Return what given numbers a name can stand for: b1 for a bias, w5+ for none."""
    layers = {"weight": ("hidden", "last"), "bias": ("hidden", "last"), "y": ("last",)}
    every = [*readings(words_of(name)[0])]
    first, *others = re.findall(r"[^\W\d_]+", name.lower()) or [""]
    if not every and ROLES.get(first) in (["weight"], ["bias"]):  # w_x1 h1: between units
        bias = any(ROLES.get(word) == ["bias"] for word in (first, *others) if len(word) > 1 or word is first)
        return {"bias"} if bias else {"weight"}
    for part in shorter_names(name)[1:]:
        every = every or [*readings(words_of(part)[0])]
    return {what for what, layer, turn in every if not turn and (not layer or layer in layers.get(what, ()))}


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
    }


class Parts:
    """The numbers of a network file as people call them, those of a text first: arrays of names, or more."""

    def __init__(self, sheet: Sheet, arrays: Mapping[str, Array] = {}, layout: Layout = ()) -> None:
        self.sheet, self.worked = sheet, sheet.meant()
        self.updates, self.listing = self.worked.updates, self.worked.listing
        listed = listed_names(self.worked, layout) if layout else ()
        self.own = {k: np.array(listed[n], dtype=object) for k, n in places_of(arrays).items()}
        self.values = self.listing.run(self.worked.given)
        self.needed = cache(self.listing.needed)
        self.arrays = kinds_of_numbers(sheet, self.worked)
        # all weights, and all biases, in the order of their numbers
        known = {kind: {name for _, a in self.arrays[kind] for name in a.flat} for kind in ("weight", "bias")}
        self.running = {
            k: [name for name in self.worked.given if name in names] for k, names in known.items()
        }
        self.by: dict[tuple[str, str], ast.expr] = {
            (self.worked.loss, by): ast.Name(name) for name, by in self.worked.means.items()
        }
        self.deltas = {name for _, array in self.arrays["delta"] for name in array.flat}
        self.turned = False
        depth, last = len(self.worked.layers), self.arrays["net"][-1][1].shape[-1]
        # the layer and the place of a unit by its name
        self.units = {name: (depth, 0) for name in ("y", "o") if last == 1}
        self.units |= {f"{name}{k + 1}": (depth, k) for name in ("y", "o") for k in range(last)}
        for key, names in self.own.items():
            into = self.led_into(names)
            if names.size > 1 and into and (found := re.findall(UNIT_NAME, re.sub(r"\W", "  ", key))):
                self.units[found[-1]] = into

    def turn_deltas(self) -> None:
        """Take a delta for the partial with the other sign, as of target minus output."""
        self.turned = True
        self.arrays["delta"] = [(n, "-" + array) for n, array in self.arrays["delta"]]

    def slope(self, of: str, by: str) -> str:
        """Return the partial of one name by another as a name or an expression, or nothing."""
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
        texts = [
            *self.listing.names,
            *self.worked.given,
            *(f"-{delta}" for delta in self.deltas),
            *(self.slope(out, net) for out, net in zip(*kinds[:2], strict=True)),
            *(f"{y} - {out}" for y, out in zip(kinds[2], self.arrays["out"][-1][1].flat, strict=False)),
            *(text for name in self.updates for text in self.turns(name, "change")),
        ]
        return [*filter(None, dict.fromkeys(texts))]

    def worth(self, numbers: Array) -> list[Array]:
        """Return what has the digits of numbers, if these are enough to say so."""
        if all(digits_in(leaf) < TELLING_DIGITS for leaf in numbers.flat):
            return []
        every = [array for found in self.arrays.values() for _, array in found if array.size == numbers.size]
        if numbers.size == 1:
            every = [np.array([text], dtype=object) for text in self.everything]
        return [a.reshape(numbers.shape) for a in every if self.fitting(a, numbers) == a.size]

    def find(self, name: str, size: int, example: int = 0, under: str = "") -> list[Array]:
        """Return what a name of so many numbers can mean: names or expressions, the likeliest first."""
        every: list[Array] = []
        for part in self.called(name, under):
            more = self.of_units(part, example) + self.simple(part, size, example)
            more += self.partials(part.replace(" ", ""), size, example)
            every = every or [array for array in more if array.size == size]
        return [a for n, a in enumerate(every) if not any(np.array_equal(a, other) for other in every[:n])]

    def called(self, name: str, under: str) -> list[str]:
        """Return what something may be called by its name and what it stands under."""
        if self.of_own(name).size and under:
            turn = "new " if re.search(NEW, under) else "d" if re.search(PARTIAL, under) else ""
            return [turn + name]
        return [f"{under} {name}", name] if under else shorter_names(name)

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
        for key, array in self.own.items():
            if "".join(key.split()) == bare:
                return array
        if (counted := re.fullmatch(r"(.*[^\W\d])_?(\d)", name)) and name not in self.own:
            whole = self.own.get(counted[1], np.array([]))
            if whole.ndim == 1 and 0 < int(counted[2]) <= whole.size > 1:
                return whole[[int(counted[2]) - 1]]
        alike = [key for key in self.own if [key] == name.split()[-1:] and not re.search(PARTIAL, name)]
        alike += [key for key in self.own if bare and " " in key and "".join(key.split()).endswith(bare)]
        alone = len(alike) == 1 and bare not in self.units
        return self.own[alike[0]] if alone else placed_in(self.own, name)

    def kinds_of_unit(self, name: str) -> Iterator[tuple[str, str, str]]:
        """Go through what a name with a unit at one end can mean: of what kind, turned into what, whose."""
        pieces = re.findall(r"[^\W\d_]+\d*|\d+", re.sub(r"(?<=[^\W\d_])(?=[A-Z])", " ", name))
        for *before, unit in (pieces, pieces[::-1])[: len(pieces)]:
            known = words_of(" ".join(piece for piece in before if words_of(piece)[0]))[0]
            every = readings(known) if before else (("out", "", ""), ("net", "", ""))
            first = unit == pieces[0] and before and unit.islower() and unit in ROLES
            counted = unit.isdigit() and any(map(str.isdigit, before))
            if re.fullmatch(UNIT_NAME, unit) and not (first or counted):
                yield from ((what, turn, unit) for what, _, turn in every)

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
        return [
            array
            for what, turn, unit in self.kinds_of_unit(name)
            if unit in self.units
            for array in self.of_unit(what, turn, self.units[unit], example)
        ]

    def learn(self, figures: Iterable[tuple[str, Numeral, int]]) -> None:
        """Learn which unit a name means, from the numbers that have the values of one; of others by order."""
        votes: dict[str, Counter[tuple[int, int]]] = {}
        units = [(n, k) for n, array in self.arrays["net"] for k in range(array.shape[-1])]
        for name, leaf, example in figures:
            for what, turn, unit in self.kinds_of_unit(name):
                if what in ("net", "out", "delta"):
                    fits = [
                        u
                        for u in units
                        for a in self.of_unit(what, turn, u, example)
                        if a.size == 1 and self.fitting(a, np.array([leaf], dtype=object)) == 1
                    ]
                    votes.setdefault(unit, Counter()).update(
                        fits if digits_in(leaf) >= TELLING_DIGITS else ()
                    )
        for unit, found in votes.items():
            best, other = [*found.most_common(2), (None, 0), (None, 0)][:2]
            if best[0] and best[1] > other[1]:
                self.units[unit] = best[0]
        learned = {self.units[unit] for unit, found in votes.items() if found and unit in self.units}
        unknown = [unit for unit in votes if unit not in self.units]
        others = [unit for unit in units if unit not in learned]
        if len(unknown) == len(others):
            self.units |= dict(zip(unknown, others, strict=True))

    def simple(self, name: str, size: int, example: int) -> list[Array]:
        """Return what a name can mean that is no partial: by itself, or, as a list may, by its words."""
        bare = re.sub(rf"(?i)^(?:{NEW_WORDS})[_ ]?|[_ ^]?(?:{NEW_WORDS})$|(?<= )(?:{NEW_WORDS}) ", "", name)
        stem = re.sub(rf"^(?:Δ|∆|(?i:{CHANGE_WORDS})[ _])", "", bare)
        own = self.of_own(stem)
        if own.size == size:
            turned = [*self.turnings(own, "change" if stem != bare else "new" if bare != name else "")]
            return turned if own.ndim != 1 or size == 1 else [*turned, *self.meant(*words_of(name), example)]
        for exact in (f"{name}_e{example}", name):
            if exact in self.values and not (self.turned and exact in self.deltas):
                return [np.array([exact], dtype=object)]
        return [*self.meant(*words_of(name), example)]

    def meant(self, words: Sequence[str], numbers: Sequence[int], example: int) -> Iterator[Array]:
        """Go through what words and numbers can mean, in an example."""
        layers = self.sheet.network.layers
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

    def turnings(self, array: Array, turn: str) -> Iterator[Array]:
        """Go through what an array turns into: itself, its values after the step, or their change."""
        for texts in zip(*(self.turns(name, turn) for name in array.flat), strict=False):
            yield np.array(texts, dtype=object).reshape(array.shape)

    def turns(self, name: str, turn: str) -> list[str]:
        """Return what a weight turns into, where it is stepped; otherwise itself."""
        if not turn or name not in self.updates:
            return [name]
        step = f"{self.arrays['rate'][0][1][0]} * {self.slope(self.worked.loss, name)}"
        return [self.updates[name]] if turn == "new" else [f"-{step}", step]

    def partials(self, name: str, size: int, example: int) -> list[Array]:
        """Return the partials that a name can mean: dE/dw5, dw5, w5_grad, dout_o1_dnet_o1."""
        losses = [of_example(array, example) for _, array in self.arrays["loss"][-1 if example else 0 :]]
        every = []
        for of, by in quotients(name):
            above = self.simple(of, 1, example) if of else losses[:1]
            for low, top in product(self.simple(by, size, example), above):
                if top.size == 1 or top.shape == low.shape:
                    tops = np.broadcast_to(top.flat[0] if top.size == 1 else top, low.shape)
                    texts = np.asarray(np.frompyfunc(self.slope, 2, 1)(tops, low), dtype=object)
                    every += [texts] if all(texts.flat) else []
            if not of and "[" not in by:  # dO, as if by its net input, or a change
                every += self.simple(f"delta {by}", size, example)
        return every


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


def quotients(name: str) -> list[tuple[str, str]]:
    """Return of what, or of nothing that is said, and by what a name as dE/dw5 or dw5 can be a partial."""
    found = re.fullmatch(GRADIENT, name)
    pairs = [("", found[1] or found[2])] if found else []
    if name[:1] in ("d", "∂") and len(name) <= LONGEST:
        splits = re.finditer("[/_]?[d∂]", name[1:])
        pairs += [(name[1 : split.start() + 1].strip("_"), name[split.end() + 1 :]) for split in splits]
    return pairs


def of_example(array: Array, example: int) -> Array:
    """Return what belongs to an example, if anything does."""
    some = [name for name in array.flat if str(name).endswith(f"_e{example}")]
    return np.array(some, dtype=object) if some else array


def digits_in(number: Numeral) -> int:
    """Return how many digits a number has, from the first that is not 0."""
    return len(re.sub(r"^[-+0.]+|e.*|[.]", "", number.text.lower()))


def fit(value: float, number: Numeral, rounded: bool = False) -> float:
    """Return 1 for a value with the digits of a number, to single precision; less for one that is rounded."""
    exponent = min(max(int(Decimal(number.text).as_tuple().exponent), -300), 300)
    off = max(0, abs(value - float(number)) - NOISE_OF_SINGLE * abs(value)) / 10.0**exponent
    near = rounded and off <= MOVED and digits_in(number) >= TELLING_DIGITS
    return 1 if off <= 0.5 else NEARLY_FITS * near


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
