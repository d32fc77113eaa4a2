r"""Worksheets: a sheet to fill in, with numbers of its own, and a key with likely wrong answers.

>>> from workings.net import TEMPLATE, parsed
>>> sheet = parsed(TEMPLATE, "network.toml")
>>> text = worksheet(sheet, level="numbers", digits=3, seed=7)
>>> key = text[text.index("Key: Backward") :].splitlines()
>>> print(*key[2:8], sep="\n")
delta_o1 = (out_o1 − target_o1) × out_o1 × (1 − out_o1)
         = (0.331 − 0.01) × 0.331 × (1 − 0.331)
         = 0.0712
  not 0.321: the slope of the activation is left out
  not 0.215: of the slope of the activation, out_o1 is left out
  not 0.106: of the slope of the activation, 1 − out_o1 is left out
"""

from collections.abc import Iterator
from dataclasses import replace
from math import floor

import numpy as np

from workings.check import likely
from workings.check.table import Calculation
from workings.net.files import Sheet
from workings.write import blank_sheet
from workings.write.forms import Wrong, as_written
from workings.write.languages import TEXT

SEEDS = 2**32
ANSWERS = 3  # so many wrong answers a key has of a number
CENTS = 100  # weights have two decimals, from -1 to 1


def worksheet(
    sheet: Sheet,
    form: str = "text",
    level: str = "results",
    digits: int | None = None,
    seed: int | None = None,
) -> str:
    """Return a sheet to fill in, and its key with the likeliest wrong answers.

    With a seed weights and biases are others, the same ones for the same seed; form, level and digits are
    as in `workings.write.blank_sheet`.
    """
    sheet = sheet if seed is None else seeded(sheet, seed)
    return blank_sheet(sheet, form, level, digits, wrong_answers(sheet, digits), seed)


def seeded(sheet: Sheet, seed: int) -> Sheet:
    """Return a sheet with other weights and biases, of two decimals and none of them 0; the rest stays.

    They are drawn in the order in which the listing uses them first. The page draws the same ones.

    >>> from workings.net import TEMPLATE, parsed
    >>> seeded(parsed(TEMPLATE, "network.toml"), 7).network.layers[0].weights.tolist()
    [[-0.98, -0.88], [0.4, 0.04]]
    """
    worked, random = sheet.worked(), mulberry32(seed)
    weights = {name for layer in worked.layers for row in layer.weights for name in row}
    trained = weights | {name for layer in worked.layers for name in layer.biases or ()}
    numbers = {}
    for name in worked.listing.inputs:
        if name in trained:
            cents = (floor(u * 2 * CENTS - CENTS + 0.5) for u in random)
            numbers[name] = next(cent for cent in cents if cent) / CENTS
    layers = []
    for layer, names in zip(sheet.network.layers, worked.layers, strict=True):
        bias = layer.bias
        if bias is not None and names.biases:  # one for all of its units, or one for each
            bias = np.array([numbers[name] for name in names.biases])[: np.size(bias)]
        drawn = np.array([[numbers[name] for name in row] for row in names.weights])
        layers.append(layer._replace(weights=drawn, bias=bias))
    return sheet._replace(network=replace(sheet.network, layers=tuple(layers)))


def mulberry32(seed: int) -> Iterator[float]:
    """Go through random numbers from 0 to 1, the same ones in any language with integers of 32 bits.

    >>> numbers = mulberry32(1)
    >>> print(f"{next(numbers):.10f} {next(numbers):.10f}")
    0.6270739406 0.0027357212
    """
    bits = SEEDS - 1
    while True:
        seed = (seed + 0x6D2B79F5) & bits
        t = (seed ^ seed >> 15) * (1 | seed) & bits
        t = (t + ((t ^ t >> 7) * (61 | t) & bits) & bits) ^ t
        yield (t ^ t >> 14) / SEEDS


def wrong_answers(sheet: Sheet, digits: int | None) -> Wrong:
    """Return for each number the likeliest wrong answers, and what is done there."""
    worked = sheet.worked()
    calculation = Calculation(worked, worked.given)
    right = as_written(calculation.right, digits)
    found: dict[str, dict[str, str]] = {name: {} for name in worked.listing.names}
    for mistake in likely(sheet):
        wrong = {name: x for name, x in calculation.wrong(mistake).items() if np.isfinite(x)}
        cause = mistake.says.replace(" * ", TEXT.times).replace(" - ", f" {TEXT.minus} ")
        made = mistake.changes or [name for name in worked.listing.names if name in wrong][:1]
        for name, text in as_written({name: wrong[name] for name in made if name in wrong}, digits).items():
            answers = found[name]
            if len(answers) < ANSWERS and text != right[name] and cause not in answers.values():
                answers.setdefault(text, cause)
    return {name: [*answers.items()] for name, answers in found.items()}
