"""Biases that are called otherwise: weights of what is always 1, thresholds that are subtracted."""

import re
from collections.abc import Mapping

import numpy as np

from workings.check.typed import about
from workings.symbol import Array

OF_EXAMPLE = " @"  # behind the name of an input or a target of one of several


def ones_in(given: Mapping[str, Mapping[str, Array]]) -> list[str]:
    """Return the names of what biases are multiplied by."""
    names = {name: name.partition(OF_EXAMPLE)[0] for name in given["x"]}
    counted = any(name[-1].isdecimal() for name in names.values())  # beside x1, the input is a fixed one
    return [
        name
        for name, part in given["x"].items()
        if is_unity("x0" if counted and not re.search(r"\d", name) and part.size == 1 else names[name], part)
    ]


def is_unity(name: str, numbers: Array) -> bool:
    """Say whether this is what biases are multiplied by, as x0 = 1, or h0 = 1."""
    return bool(re.fullmatch("[xahzoiy]_?0", name) and np.all(np.abs(numbers.astype(float)) == 1))


def biases_in(given: Mapping[str, Mapping[str, Array]]) -> list[str]:
    """Return the names of biases, and of weights that lead from a unit 0: w01 beside w11, w10, or w0.

    >>> biases_in({"x": {}, "weight": dict.fromkeys(["w10", "w11", "w20", "w21", "v0", "v1"]), "bias": {}})
    ['w10', 'w20', 'v0']
    """
    found: list[str] = []
    named = {name: re.fullmatch(r"[^\W\d]+?_?(\d),?(\d?)", name) for name in given["weight"]}
    counted = {name: f"{found[1]}{found[2]}" for name, found in named.items() if found}
    numbers = {*counted.values()}
    firsts, lasts = ({n for n in numbers if len(n) == 2 and n[at] == "0"} for at in (0, 1))
    if "00" not in numbers and bool(firsts) != bool(lasts) and not {"1", "9"} <= numbers:
        found = [name for name, n in counted.items() if n in firsts | lasts]
    if found or ones_in(given) or given["bias"]:
        found += [name for name, n in counted.items() if n == "0"]
    return [*found, *given["bias"]]


def signs_of(given: Mapping[str, Mapping[str, Array]]) -> list[int]:
    """Return the signs that biases may have, the likeliest first: thresholds are often subtracted."""
    ones = [float(leaf) for name in ones_in(given) for leaf in given["x"][name].flat]
    named = any(about("threshold", name.lower()) for name in given["bias"])
    return [-1] if -1 in ones else [1, -1] if named else [1]
