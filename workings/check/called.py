"""What people call the numbers of a network, in the names of its listing."""

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import islice, product

import numpy as np

from workings.check import wording
from workings.check.quantities import of_example
from workings.check.units import Units
from workings.check.wording import OF_PARTIALS, OF_UNITS, ROLES, TURNED_NEW, quotients, readings, words_of
from workings.net.files import own_line
from workings.net.matrices import ACTIVATIONS
from workings.symbol import Array

MEANINGS = 30  # so many that a calculation in place of a name can have are tried


class Parts(Units):
    """The numbers of a network file as people call them, those of a text first: arrays of names, or more."""

    def find(self, name: str, size: int, example: int = 0, under: str = "") -> list[Array]:
        """Return what a name of so many numbers can mean: names or expressions, the likeliest first."""
        every: list[Array] = []
        for part in self.called(name, under):
            bare = re.sub(OF_PARTIALS, " ", part).strip()
            before, _, last = bare.rpartition(" ")  # dE/dw w11, in a table
            named = bare != part and len(before) < 2
            slopes = named and (self.of_own(last), *self.simple(last, size, example))
            of = (*self.of_units(bare, example), self.of_own(bare), *(slopes or ()))
            own_loss = of_example(self.arrays["loss"][-1][1], example).flat[0]
            losses = dict.fromkeys([own_loss, self.worked.loss])
            more = [self.sloped(one, loss) for one in of for loss in losses]
            more = more if is_of_loss(self, part.rpartition(" ")[2], example) else []
            more = more if re.search(OF_PARTIALS, part) else self.of_units(part, example)
            more += self.simple(part, size, example)
            more += self.partials(part.replace(" ", ""), size, example)
            every = every or [array for array in more if array.size == size]
        count = np.atleast_2d(self.sheet.x).shape[0]
        if count > 1 and self.sheet.rules.examples == "batch_mean":  # deltas may have their share inside
            share = np.vectorize(lambda one: f"{one} / {count}", otypes="O")
            every += [share(a) for a in every if {one.removeprefix("-") for one in a.flat} <= self.deltas]
        if self.uphill and "/" not in name:
            turned = {partial: f"-{partial}" for partial in self.worked.means}
            every = [np.vectorize(lambda one: turned.get(one, one), otypes="O")(array) for array in every]
        return [a for n, a in enumerate(every) if not any(np.array_equal(a, other) for other in every[:n])]

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
        # below "Step" stand new weights, or how much they change
        under = "" if re.fullmatch(r"(?i)step|update", under) else under
        under = re.sub(r"\b[^\W\d_]\b ?", "", under) if under.count(" ") > 1 else under  # I get
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
        if re.match(rf"Δ|∆|(?i:{wording.CHANGE_WORDS})(?![^\W_])", name) and self.of_own(under).size:
            return [f"Δ{under}"]
        turns = re.search(TURNED_NEW, under) and not re.search(OF_PARTIALS, name)
        new = ["new " + name] if turns else []
        return [f"{under} {name}", *new, name] if under else wording.shorter_names(name)

    def simple(self, name: str, size: int, example: int) -> list[Array]:
        """Return what a name can mean that is no partial: by itself, or, as a list may, by its words."""
        new = rf"(?:{wording.NEW_WORDS})"
        bare = re.sub(rf"(?i)^{new}[_ ]?|[_ ^]?{new}$|(?<= ){new} ", "", name)
        stem = re.sub(rf"^(?:Δ|∆|(?i:{wording.CHANGE_WORDS})[ _])", "", bare)
        if self.sheet.rules.momentum and name[:1] == "v" and self.of_own(name[1:]).size == size:
            stem = name[1:]  # vW1: its velocity
        own = self.of_own(stem)
        if own.size == size:
            turned = [*self.turnings(own, "change" if stem != bare else "new" if bare != name else "")]
            return turned if own.ndim != 1 or size == 1 else [*turned, *self.meant(*words_of(name), example)]
        if name in ("C", "F") and size == 1:  # beside f, an activation, and c, a bias
            return [of_example(array, example) for _, array in self.arrays["loss"]][-1:]
        for exact in (f"{name}_e{example}", name):
            if size == 1 and exact in self.values and not (self.turned and exact in self.deltas):
                return [np.array([exact], dtype=object)]
        return [*self.meant(*words_of(name), example)]

    def unit_or(self, name: str, size: int, example: int) -> list[Array]:
        """Return what a name can mean in a partial: of a unit that is known, or by itself."""
        by_itself = [] if name in self.known else self.simple(name, size, example)
        return by_itself or self.of_units(name, example)

    def meant(self, words: Sequence[str], numbers: Sequence[int], example: int) -> Iterator[Array]:
        """Go through what words and numbers can mean, in an example."""
        layers = self.sheet.network.layers
        words = words if "in" in words else [self.exchanged.get(word, word) for word in words]  # z_in
        functions, ways = {*words} & {*ACTIVATIONS}, [[*numbers]]
        if numbers and 10 < numbers[-1] < 100:  # w21: the second row, the first column
            ways.append([*numbers[:-1], *divmod(numbers[-1], 10)])
        matrices = any(own.ndim > 1 for own in self.own.values())
        biases = {k[0] for k, a in self.own.items() if {*a.flat} <= {*self.running["bias"]} and len(k) < 3}
        for (what, layer, turn), of_layer in product(readings(words), (matrices, not matrices)):
            other = what == "bias" and words == ["b"] and "b" not in (biases or "b")  # beside γ1, b1 is none
            if other or (numbers and what == "rate"):
                continue
            every = [(n, of_example(array, example)) for n, array in self.arrays[what]]
            for n, array in every if turn != "change" or what in self.running else ():
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
            above = self.unit_or(of, 1, example) if of else losses[: 2 if example or size > 1 else 1]
            for low, top in product(self.unit_or(by, size, example), above):
                # in a row of an example by the loss of this one
                of_examples = low.ndim == 2 and all(re.search(r"_e\d+$", one) for one in low.flat)
                by_row = of_examples and top.shape == (len(low), 1)
                if top.size == 1 or (top.shape == low.shape and of) or by_row:
                    tops = np.broadcast_to(top.flat[0] if top.size == 1 else top, low.shape)
                    texts = np.asarray(np.frompyfunc(self.slope, 2, 1)(tops, low), dtype=object)
                    every += [texts] if all(texts.flat) else []
            if not of and "[" not in by:  # dO, as if by its net input, or a change
                every += self.simple(f"delta {by}", size, example)
        return every


def is_of_loss(parts: Parts, name: str, example: int) -> bool:
    """Say whether a partial is one of the loss, or of what is not known."""
    losses = {loss for _, array in parts.arrays["loss"] for loss in array.flat}
    every = [parts.unit_or(of, 1, example) for of, by in quotients(name) if of]
    found = [[one.item() for one in meant if one.size == 1] for meant in every]
    return not any(meant and meant[0] not in losses for meant in found)


def put(text: str, meanings: Mapping[str, str]) -> str:
    """Return a calculation with other names, or with calculations, in place of its names."""
    return re.sub(r"[^\W\d]\w*", lambda word: f"({meanings[word[0]]})", text)


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
