"""What may be handed in: numbers, names, sizes, and how an error says what was given and what was wanted."""

from collections.abc import Iterable, Mapping
from decimal import ROUND_HALF_UP, Context, Decimal
from math import inf, nan
from numbers import Integral, Real
from typing import Any

import numpy as np

# The largest number that may be given. A pass of the article multiplies four of them: so nothing overflows.
LIMIT = 1e50
DIGITS = 17  # so many tell one float from the next
EXACT = Context(prec=800)  # more digits than any float has


def checked(name: str, values: Iterable[float], size: int) -> tuple[float, ...]:
    """Return so many numbers as floats, or raise a ValueError that names the argument.

    >>> checked("x", [1, 0.88], 2)
    (1.0, 0.88)
    >>> checked("w", [1, 1, 1], 8)
    Traceback (most recent call last):
    ValueError: w: expected 8 numbers, got 3
    >>> checked("x", [0.1, float("nan")], 2)
    Traceback (most recent call last):
    ValueError: x: expected 2 numbers from -1e+50 to 1e+50, number 2 is nan
    """
    given: tuple[Any, ...]
    try:
        given = tuple(values)
    except TypeError:
        given = (values,)
    if len(given) != size:
        raise ValueError(f"{name}: expected {size} numbers, got {len(given)}")
    floats = tuple(map(real, given))
    for place, value in enumerate(floats):
        if not -LIMIT <= value <= LIMIT:
            what = f"expected {size} numbers from -{LIMIT:g} to {LIMIT:g}"
            raise ValueError(f"{name}: {what}, number {place + 1} is {shown(given[place])}")
    return floats


def real(value: object) -> float:
    """Return a real number as a float; nan if it is none, inf if it is too large.

    >>> real(1), real("1"), real(10**400)
    (1.0, nan, inf)
    """
    # float stands before Real because it is the quick and common answer
    if not isinstance(value, (float, Real)):
        return nan
    try:
        return float(value)
    except OverflowError:
        return inf
    except (TypeError, ValueError):  # as NumPy's time spans, which count as numbers
        return nan


def rate(name: str, value: float) -> float:
    """Return a learning rate as a float, or raise a ValueError that names the argument.

    >>> rate("theta", 0)
    Traceback (most recent call last):
    ValueError: theta: expected a number above 0 and up to 1e+50, got 0
    """
    theta = real(value)
    if not 0 < theta <= LIMIT:
        raise ValueError(f"{name}: expected a number above 0 and up to {LIMIT:g}, got {shown(value)}")
    return theta


def whole(name: str, value: int, least: int) -> int:
    """Return a whole number from least on, or raise a ValueError that names the argument.

    >>> whole("n", -1, 0)
    Traceback (most recent call last):
    ValueError: n: expected a whole number from 0 on, got -1
    """
    if not (isinstance(value, Integral) and value >= least):
        raise ValueError(f"{name}: expected a whole number from {least} on, got {shown(value)}")
    return int(value)


def number(name: str, value: Any) -> Any:
    """Return a given value as a float, a complex number or an array of them, or raise a ValueError."""
    try:
        one = isinstance(value, Real) and not isinstance(value, np.generic)
        array = np.asarray(real(value) if one else value)
        if array.dtype.kind not in "biufc" or isinstance(value, np.ma.MaskedArray | bytearray):
            raise TypeError
        with np.errstate(all="ignore"):
            array = array.astype("complex128" if array.dtype.kind == "c" else "float64")
    except (TypeError, ValueError):
        raise ValueError(f"{name}: expected a number or an array of numbers, got {shown(value)}") from None
    if not np.all(np.abs(array) <= LIMIT):
        raise ValueError(f"{name}: expected numbers from -{LIMIT:g} to {LIMIT:g}, got {shown(value)}")
    return array if array.ndim else array.item()


def rounded(value: Any, places: int) -> float:
    """Return a float rounded to so many decimals as a person does: by its digits, a 5 away from 0.

    >>> rounded(0.125, 2), rounded(-2.5, 0), rounded(1.1 + 2.2 + 0.0005, 3)
    (0.13, -3.0, 3.301)
    """
    if type(value) is not float:
        raise ValueError(f"places: expected single numbers to round, got {shown(value)}")
    if whole("places", places, 0) > DIGITS:
        raise ValueError(f"places: expected up to {DIGITS}, got {shown(places)}")
    # 14 digits: the others hold what floats do to a sum, 0.39249999999999996 for 0.3925
    digits = f"{value:.14g}" if abs(value) * 10.0**places < 1e13 else repr(value)
    return float(Decimal(digits).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP, EXACT))


def complete(name: str, wanted: Iterable[str], values: Mapping[str, object]) -> None:
    """Raise a ValueError if a value is missing."""
    if not isinstance(values, Mapping):
        raise ValueError(f"{name}: expected values by their names, got {shown(values)}")
    for missing in wanted:
        if missing not in values:
            raise ValueError(f"{name}: expected a value for {missing}, got none")


def wrong(place: str, what: str, source: str) -> ValueError:
    """Return an error that says where it is, what is wrong, and shows the line."""
    return ValueError(f"{place}: {what}: {shorter(' '.join(source.split()))}")


def shown(value: object) -> str:
    """Return a value as a message shows it: on one line, and not at any length.

    >>> shown("0.5"), shown("9" * 99)[-5:], shown(10**5000)
    ("'0.5'", '99...', 'a number of too many digits')
    """
    try:
        text = repr(value).replace("\n", " ")
    except ValueError:  # Python writes out no whole number of more than 4300 digits
        return "a number of too many digits"
    except RecursionError:
        return "lists in lists"
    return shorter(text, 60)


def shorter(text: str, length: int = 120) -> str:
    """Return a text as a message shows it: not at any length."""
    return text if len(text) <= length else f"{text[: length - 3]}..."
