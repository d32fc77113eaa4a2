"""What people call the numbers of a network, h1_out, w5+, dE/dw5, net1 or W1, in the names of its listing."""

import ast
import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import product

import numpy as np

from bplit.calculus import ONE, ZERO, added, derivative
from bplit.calculus import product as times_all
from bplit.line import KNOWN, SLOPE, Line, evaluated, mapped, replaced
from workings.net.files import Sheet, Written
from workings.net.notation import Namer
from workings.symbol import Array
from workings.words import WORDS

DIGITS = 3  # with fewer, a number does not say what it is
NOISE = 1e-6  # of a number: what single precision does to it
ROLES: dict[str, list[str]] = {}  # of each word
for role, words in WORDS["called"].items():
    for word in words.split():
        ROLES.setdefault(word, []).append(role)
WORD = "|".join(map(re.escape, sorted(ROLES, key=len, reverse=True)))
WHAT = ("x", "y", "weight", "bias", "net", "out", "delta", "error", "loss", "rate")
GRADIENT = r"(?:[d∂∇]|grad(?:ient)?|diff|partial|nabla)"


def words_of(name: str) -> tuple[list[str], list[int]] | None:
    """Return the words and the numbers in a name, or None if it has words that nobody knows.

    >>> words_of("out_h1"), words_of("W1[0,1]"), words_of("houtput2"), words_of("something")
    ((['out', 'h'], [1]), (['w'], [1, 1, 2]), (['h', 'output'], [2]), None)
    """
    counted = re.sub(r"(?<=[\[,])\s*(\d{1,3})(?=[,\]])", lambda n: f" {int(n[1]) + 1} ", name.lower())
    counted = re.sub(r"\b[dl]['’]", "", re.sub(r"[\s_^]+hat\b", "hat", counted))
    found: list[str] = []
    pieces = re.findall(r"\d+|[^\W\d_]+|[+'′*⁺]", counted)
    for piece in pieces:
        if not piece.isdigit():
            if not re.fullmatch(f"(?:{WORD})+", piece[:40]) or len(piece) > 40:
                return None
            found += [piece] if piece in ROLES else re.findall(WORD, piece)
    return found, [int(piece[:6]) for piece in pieces if piece.isdigit()]


def readings(words: Sequence[str]) -> Iterator[tuple[str, str, bool]]:
    """Go through what words can mean: a kind of number, hidden or last or no layer, and whether it is new."""
    for roles in dict.fromkeys(product(*(ROLES[word] for word in words[:6]))):
        what = [*{role for role in roles if role in WHAT}]
        layer = [role for role in roles if role in ("hidden", "last")]
        if len(what) <= 1 and len(layer) <= 1 and (what or layer) and len(words) <= 6:
            yield (what or ["out"])[0], (layer or [""])[0], "new" in roles


def kinds(name: str) -> set[str]:
    """Return what given numbers a name can stand for.

    >>> sorted(kinds("b1")), sorted(kinds("target_o1")), sorted(kinds("h_in_1")), sorted(kinds("w5+"))
    (['bias'], ['y'], [], [])
    """
    found = words_of(name)
    layered = {"weight": ("hidden", "last"), "bias": ("hidden", "last"), "y": ("last",)}
    every = readings(found[0]) if found else ()
    return {what for what, layer, new in every if not new and (not layer or layer in layered.get(what, ()))}


class Parts:
    """The numbers of a network file as people call them: arrays of names, or of expressions."""

    def __init__(self, sheet: Sheet) -> None:
        self.worked = worked = sheet.worked()
        self.values = worked.listing.run(worked.given)
        self.lines = {line.name: line for line in worked.listing.lines}
        self.by = {(worked.loss, by): name for name, by in worked.means.items()}
        count = np.atleast_2d(sheet.x).shape[0]
        namer, depth = Namer(sheet.notation, sheet.network.sizes), len(worked.layers)

        def each(names: Sequence[str]) -> Array:
            """Return the names of all examples, from those of the first."""
            rows = [[re.sub("_e1$", f"_e{e}", name) for name in names] for e in range(1, count + 1)]
            return np.array(rows if count > 1 else rows[0], dtype=object)

        layers = [*enumerate(worked.layers, 1)]
        outputs = len(worked.layers[-1].outs)
        first = 1 if count > 1 else 0
        errors = [namer.name("error", depth, unit, first) for unit in range(1, outputs + 1)]
        losses = each([namer.name("loss", example=first)])
        self.arrays: dict[str, list[tuple[int, Array]]] = {
            "x": [(0, each(worked.x))],
            "y": [(depth, each(worked.y))],
            "weight": [(n, np.array(layer.weights, dtype=object)) for n, layer in layers],
            "bias": [
                (n, np.array([*dict.fromkeys(layer.biases)], dtype=object))
                for n, layer in layers
                if layer.biases
            ],
            "net": [(n, each(layer.nets)) for n, layer in layers],
            "out": [(n, each(layer.outs)) for n, layer in layers],
            "delta": [(n, each(layer.deltas)) for n, layer in layers],
            "error": [(depth, each(errors))] if errors[0] in self.lines else [],
            "loss": [(0, np.array([worked.loss], dtype=object)), *([(0, losses)] if count > 1 else [])],
            "rate": [(0, np.array([namer.name("rate")], dtype=object))],
        }
        # all weights, and all biases, in the order of their numbers
        self.running = {
            what: np.array(
                [name for name in worked.given if any(name in a for _, a in self.arrays[what])], dtype=object
            )
            for what in ("weight", "bias")
        }
        if count > 1:  # there a delta is the partial of its example's loss
            for _, deltas in self.arrays["delta"]:
                for (e, unit), name in np.ndenumerate(deltas):
                    net = self.arrays["net"][_ - 1][1][e, unit]
                    self.by[losses[e, 0], net] = name

    def value(self, text: str) -> float:
        """Return what an expression of names is worth."""
        if text not in self.values:
            self.values[text] = float(evaluated(ast.parse(text, mode="eval").body, self.values))
        return float(self.values[text])

    def fitting(self, names: Array, numbers: Array) -> int:
        """Return how many numbers have the digits of what they may stand for."""
        return sum(fit(self.value(one), leaf) for one, leaf in zip(names.flat, numbers.flat, strict=True))

    def worth(self, numbers: Array) -> list[Array]:
        """Return what has the digits of numbers, if these are enough to say so."""
        if all(len(re.sub(r"^[-+0.]+|e.*|[.]", "", leaf.text.lower())) < DIGITS for leaf in numbers.flat):
            return []
        every = [array for found in self.arrays.values() for _, array in found]
        if numbers.size == 1:
            every = [np.array([name], dtype=object) for name in (*self.lines, *self.worked.given)]
        some = [array for array in every if array.size == numbers.size]
        return [array.reshape(numbers.shape) for array in some if self.fitting(array, numbers) == array.size]

    def example(self, array: Array, example: int) -> Array:
        """Return what belongs to an example, if anything does."""
        some = [name for name in array.flat if str(name).endswith(f"_e{example}")]
        return np.array(some, dtype=object) if example and some else array

    def find(self, name: str, example: int = 0) -> list[Array]:
        """Return what a name can mean: arrays of names or of expressions, the likeliest first."""
        for exact in (f"{name}_e{example}", name):
            if exact in self.values:
                return [np.array([exact], dtype=object)]
        found = words_of(name)
        plain = [*self.meant(*found)] if found else []
        every = [self.example(array, example) for array in plain] + self.partials(name, example)
        return [
            array for n, array in enumerate(every) if not any(np.array_equal(array, e) for e in every[:n])
        ]

    def meant(self, words: Sequence[str], numbers: Sequence[int]) -> Iterator[Array]:
        """Go through what words and numbers can mean."""
        for what, layer, new in readings(words):
            if new and what not in ("weight", "bias"):
                continue
            depth = len(self.worked.layers)
            for n, array in self.arrays[what]:
                if layer and (n == depth) != (layer == "last"):
                    continue
                ways = [numbers, numbers[1:]] if numbers and numbers[0] == n else [numbers]
                if len(numbers) == 1 and numbers[0] > 10:
                    ways.append([numbers[0] // 10, numbers[0] % 10])
                some = [part for way in ways for part in picked(array, way)]
                if (
                    what in self.running
                    and n == 1
                    and len(numbers) == 1
                    and 0 < numbers[0] <= len(self.running[what])
                ):
                    some.insert(0, self.running[what][numbers[0] - 1 : numbers[0]])
                for part in some:
                    yield np.vectorize(self.newest, otypes=[object])(part) if new else part

    def newest(self, name: str) -> str:
        """Return what a weight or bias is called after the step."""
        return self.worked.updates.get(name, name)

    def partials(self, name: str, example: int) -> list[Array]:
        """Return the partials that a name can mean: dE/dw5, dw5, w5_grad, dout_o1_dnet_o1."""
        plain = re.sub(r"\s+", "", name)
        pairs = [("", found[1]) for found in [re.fullmatch(rf"{GRADIENT}[_.(]*(.+?)\)?", plain)] if found]
        pairs += [("", found[1]) for found in [re.fullmatch(r"(.+?)[._]grad(?:ient)?", plain)] if found]
        if plain[0] in "d∂" and len(plain) < 40:
            for found in re.finditer("[/_]?[d∂]", plain[1:]):
                pairs.append((plain[1 : found.start() + 1], plain[found.end() + 1 :]))
        every = []
        for of, by in pairs:
            losses = self.arrays["loss"][1:] if example else self.arrays["loss"][:1]
            tops = self.find(of.strip("_"), example) if of else [self.example(a, example) for _, a in losses]
            known = words_of(by)
            for low in [self.example(array, example) for array in self.meant(*known)] if known else []:
                for top in tops:
                    if top.size == 1 or top.shape == low.shape:
                        tops_ = np.broadcast_to(top.ravel()[0] if top.size == 1 else top, low.shape)
                        texts = [self.slope(a, b) for a, b in zip(tops_.flat, low.flat, strict=True)]
                        if all(texts):
                            every.append(np.array(texts, dtype=object).reshape(low.shape))
        return every

    def slope(self, of: str, by: str) -> str:
        """Return the partial of one name by another as an expression, or nothing."""
        node = self.expression(of, by) if of in self.lines else ZERO
        return "" if node is ZERO or of == by else ast.unparse(node)

    def expression(self, of: str, by: str) -> ast.expr:
        """Return the partial of one name by another: a name, or a sum over the lines between them."""
        if of == by:
            return ONE
        if (of, by) in self.by:
            return ast.Name(self.by[of, by])
        total: ast.expr = ZERO
        for line in self.lines.values():
            if by in line.uses and line.name in self.worked.listing.needed(of):
                total = added(total, times_all(self.expression(of, line.name), written_slope(line, by)))
        return total


def fit(value: float, number: Written) -> bool:
    """Say whether a value has the digits of a number, as far as single precision has them."""
    exponent = int(Decimal(number.text).as_tuple().exponent)
    return abs(value - number) <= 0.5 * 10.0 ** max(exponent, -300) + NOISE * abs(value)


def picked(array: Array, numbers: Sequence[int]) -> Iterator[Array]:
    """Go through the parts of an array that numbers can mean, which count from 1."""
    match array.shape, [n - 1 for n in numbers]:
        case _, []:
            yield array
        case (units,), [u] if 0 <= u < units:
            yield array[[u]]
        case (rows, columns), [i, j]:
            for a, b in ((i, j), (j, i)):
                if 0 <= a < rows and 0 <= b < columns:
                    yield array[[a], b]
        case (rows, columns), [u]:
            for part in (
                array[u : u + 1] if 0 <= u < rows else [],
                array.T[u : u + 1] if 0 <= u < columns else [],
            ):
                if len(part):
                    yield part[0]


def written_slope(line: Line, by: str) -> ast.expr:
    """Return the derivative of a line as a listing can have it: the slopes of functions written out."""

    def write(node: ast.expr) -> ast.expr:
        match node:
            case ast.Call(func=ast.Name(id=name), args=[argument]) if name.endswith(SLOPE):
                name = name.removesuffix(SLOPE)
                call = ast.Call(ast.Name(name), [argument], [])
                out = ast.Name(line.name) if ast.unparse(call) == ast.unparse(line.expression) else call
                known = ast.parse(KNOWN[name].written, mode="eval").body
                return replaced(known, {"t": argument, "out": out})
        return node

    return mapped(derivative(line.expression, by), write)
