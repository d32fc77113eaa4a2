"""What people call the numbers and the rules of a step: dicts and lists in each other, and words.

>>> [*arrays_of("before", [{"W": [[1, 2]], "b": [3]}])], meant("loss", "Mean squared error", ["mse"])
(['[0].W', '[0].b'], ['mse'])
"""

import re
from collections.abc import Collection, Iterator, Mapping
from itertools import product
from typing import Any

import numpy as np

from bplit.given import LIMIT, real, shown
from workings.check.handed import Layout, is_bias, layouts
from workings.check.pasted import ruled
from workings.net.files import expect_figure, label
from workings.net.notation import one_of
from workings.net.numerals import Numeral
from workings.net.shapes import numbers
from workings.symbol import Array

MOST_NUMBERS = 100_000  # no person looks at more
LONGEST_PATH = 200  # characters of a name
UNLIKE = "rmse|root|logarithm|huber|hinge|smooth|focal|hard|relu6"  # no losses and activations of ours


def nested(value: Any) -> Array:
    """Return a number, a list or a matrix as an array of objects; of anything else one of nothing."""
    try:
        array = np.array(value.tolist() if hasattr(value, "tolist") else value, dtype=object)
    except ValueError:
        return np.array([None])
    deeper = array.ndim > 2 or any(isinstance(part, list | tuple | Mapping) for part in array.flat)
    return np.array([None]) if deeper else array


def parts_of(given: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Go through what stands in dicts and lists, however deep, down to lists and matrices of numbers."""
    for key, value in given.items() if isinstance(given, Mapping) else enumerate(given):
        name = f"{path}.{key}".lstrip(".") if isinstance(given, Mapping) else f"{path}[{key}]"
        inner = [*map(nested, value)] if isinstance(value, list | tuple) else []
        deeper = isinstance(value, Mapping) or any(None in part or part.ndim == 2 for part in inner)
        # rows that are not alike are no matrix, but they may be the biases of several layers
        if len(path) < LONGEST_PATH and (deeper or (inner and None in nested(value) and is_bias(name))):
            yield from parts_of(value, name)
        else:
            yield name, value


def arrays_of(what: str, given: Any) -> dict[str, Array]:
    """Return the numbers of a network by name, each an array of objects, or raise a ValueError.

    They are a dict, or a list of matrices and biases, of pairs of them, or of single weights, or dicts and
    lists of these. ``what`` is what errors call them, and arrays may be anything that has ``tolist``.
    """
    given = given.tolist() if hasattr(given, "tolist") else given
    named = dict(parts_of(given)) if isinstance(given, Mapping | list | tuple) else {}
    if isinstance(given, list | tuple) and not any("." in name for name in named):
        depths = [nested(item).ndim for item in named.values()]
        kinds = ["Wb"[depth < 2] if 2 in depths else "w" for depth in depths]
        numbers = np.cumsum([kind != "b" for kind in kinds])
        called = [f"{kind}{n}" for kind, n in zip(kinds, numbers, strict=True)]
        if max(depths, default=0) == 1:
            named = {"W1": given}
        elif len({*called}) == len(called):
            named = dict(zip(called, named.values(), strict=True))
    if not named:
        raise ValueError(f"{what}: expected numbers by name, or a list of matrices, got {shown(given)}")
    found = {name: nested(value) for name, value in named.items()}
    for name, array in found.items():
        if array.ndim > 2 or not 0 < array.size <= MOST_NUMBERS:
            wanted = "expected a number, a list or a matrix"
            raise ValueError(f"{what}: {label(name)}: {wanted}, got {shown(named[name])}")
        for part in array.flat:
            if isinstance(part, Numeral):
                expect_figure((what, name), part.text)
            if isinstance(part, bool) or not abs(real(part)) <= LIMIT:
                raise ValueError(f"{what}: {label(name)}: expected rows of numbers alike, got {shown(part)}")
    return found


def meant(key: str, words: Any, known: Collection[str]) -> list[str]:
    """Return the losses or the activations that words mean, as nn.MSELoss, or raise a ValueError."""
    text = str(words).lower()
    rule = {} if words in [*known] or re.search(UNLIKE, text) else ruled(key, text)
    found = rule.get(key) or rule.get("likely") or [*rule.get("hidden", ()), *rule.get("output", ())] or words
    found = found if isinstance(found, list) else [found]
    one_of(key, next((one for one in found if one not in known), found[0]), known)
    # of squares alone the half may be meant too, and of a mean and a sum one may be over the examples
    if found == ["sse"] and not re.search("sum|sse", text):
        found.append("half_sse")
    if key == "loss" and "sum" in text:
        found.append(found[0].replace("mse", "sse"))
    return found


def rows_of(inputs: Any, targets: Any) -> tuple[Array, Array]:
    """Return inputs and targets with a row for each example, or raise a ValueError."""
    x, y = (np.atleast_1d(numbers(key, part)) for key, part in (("inputs", inputs), ("targets", targets)))
    if {x.shape[:-1], y.shape[:-1]} == {(), (1,)}:  # of one example, once in a row and once alone
        x, y = np.atleast_2d(x), np.atleast_2d(y)
    y = y[:, None] if x.ndim == 2 and y.shape == x.shape[:1] else y  # a list for one output
    if x.ndim > 2 or y.ndim != x.ndim or (x.ndim == 2 and len(x) != len(y)) or not x.size * y.size:
        raise ValueError(f"targets: expected a row for each example of inputs {x.shape}, got {y.shape}")
    return np.atleast_2d(x), np.atleast_2d(y)


def read_as(inputs: Any, targets: Any, arrays: Mapping[str, Array]) -> tuple[Array, Array, list[Layout]]:
    """Return inputs and targets in rows, and what layers all numbers can be, or raise a ValueError.

    Examples may stand in columns, and of several outputs the targets may be the classes, from 0.
    """
    failed: list[ValueError] = []
    given = ("inputs", inputs), ("targets", targets)
    columns = [np.atleast_2d(numbers(key, part)).T for key, part in given]
    units = {0}.union(size for part in arrays.values() for size in part.shape if size > 1)
    for some, classes in product(((inputs, targets), columns), sorted(units)):
        try:
            x, y = rows_of(*some)
            if classes:  # a ValueError if they are no numbers of classes
                y = np.eye(classes)[[range(classes).index(number) for (number,) in y.tolist()]]
            return x, y, layouts("before", arrays, x.shape[-1], y.shape[-1])
        except ValueError as error:
            failed.append(error)
    raise failed[0]
