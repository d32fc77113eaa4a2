"""What a written function may call: on floats, on arrays, and in machine code."""

import math
from collections.abc import Callable, Mapping
from functools import cache, partial
from typing import Any

import numpy as np

from bplit.line import KNOWN, OPERATORS, Value

Functions = Mapping[str, Callable[..., Any]]
# Added to a float it leaves no room for a fraction: so the sum is rounded, and ends in it.
SHIFT = 1.5 * 2.0**52


def logistic(t: Value, out: Value = None) -> Value:
    """Squash as `bplit.byhand.sigmoid` does, in four operations, all of them into an array out if given."""
    with np.errstate(over="ignore"):  # e ** -t may be infinite: then its inverse is 0, as it should be
        e = np.exp(np.negative(t, out), out)
    return np.reciprocal(np.add(1, e, out), out)


def programmed(known: Functions, made: Callable[..., Any] = lambda function: function) -> Functions:
    """Return the functions of a listing that these lack, each made of its program, which may call them."""
    space = {"__builtins__": {}, **known}
    return {
        name: made(eval(f"lambda t: {function.program}", space))
        for name, function in KNOWN.items()
        if function.program
    }


def into(value: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function of arrays that puts its values into a given array."""
    return lambda t, out=None: value(t) if out is None else np.positive(value(t), out)


ELEMENTARY = ("exp", "log", "sqrt", "tanh")  # what every language has
ON_FLOATS: Functions = {name: getattr(math, name) for name in ELEMENTARY} | {"power": math.pow}
ON_FLOATS = {**ON_FLOATS, **programmed(ON_FLOATS)}
# On arrays, and into a given one: so the operators are functions as well.
OPERATIONS: tuple[Any, ...] = (*OPERATORS.values(), np.negative, np.positive, np.square)
ON_ARRAYS: Functions = {
    **{function.__name__: function for function in OPERATIONS},
    **{name: into(known.value) for name, known in KNOWN.items()},
    **{name: getattr(np, name) for name in ELEMENTARY},
    # the commonest ones without an array of their own
    "sigmoid": logistic,
    "relu": lambda t, out=None: np.fmax(t, 0.0, out),
    "step": lambda t, out=None: np.heaviside(t, 0.0, out),
}


def exponential(t: float) -> float:
    """Return e ** t by arithmetic alone, which a compiler can do for several numbers at once.

    It is 2 ** k times e ** r, where r is at most half of log(2): that is a quotient of two polynomials, whose
    coefficients are those of the Cephes library. Of k each half makes a factor, whose exponent it is, since
    2 ** k may be beyond all floats where the product is not.

    >>> [f"{exponential(np.float64(t)):.15g}" for t in (1, -1, -745, -1e50)]
    ['2.71828182845905', '0.367879441171442', '4.94065645841247e-324', '0']
    """
    t = 710.0 if t > 710.0 else t  # beyond these it is infinite, or 0; what is no number stays that
    t = -746.0 if t < -746.0 else t
    k = (t * 1.4426950408889634 + SHIFT) - SHIFT
    r = t - k * 6.93145751953125e-1 - k * 1.42860682030941723212e-6  # log(2), whose first part makes no error
    s = r * r
    p = r * ((1.26177193074810590878e-4 * s + 3.02994407707441961300e-2) * s + 1)
    q = ((3.00198505138664455042e-6 * s + 2.52448340349684104192e-3) * s + 2.27265548208155028766e-1) * s + 2
    half = (0.5 * k + SHIFT) - SHIFT
    one = np.int64(np.float64(half + (SHIFT + 1023)).view(np.int64) << 52).view(np.float64)
    other = np.int64(np.float64(k - half + (SHIFT + 1023)).view(np.int64) << 52).view(np.float64)
    return (1 + 2 * p / (q - p)) * one * other


def compiler() -> Callable[..., Any]:
    """Return what makes machine code of a function, or raise an ImportError."""
    try:
        from numba import njit
    except ImportError:
        raise ImportError("jit: Numba is not installed: pip install bplit[fast]") from None
    # zeros divide as in NumPy: a loop that may stop at one cannot take several networks at once
    return partial(njit, error_model="numpy", nogil=True)


@cache
def in_machine_code(arrays: bool) -> Functions:
    """Return what machine code may call. For one network the functions of the system are quicker."""
    machine = compiler()
    exp = machine(exponential)

    def sigmoid(t: float) -> float:
        return 1 / (1 + exp(-t))  # type: ignore[no-any-return]

    def tanh(t: float) -> float:
        s = t * t
        p = (-9.64399179425052238628e-1 * s - 9.92877231001918586564e1) * s - 1.61468768441708447952e3
        q = ((s + 1.12811678491632931402e2) * s + 2.23548839060100448583e3) * s + 4.84406305325125486048e3
        near, far = t + t * s * p / q, 1 - 2 / (exp(2 * t) + 1)  # near 0 a difference loses its digits
        return near if abs(t) < 0.625 else far

    known = {
        "exp": exp if arrays else np.exp,
        "log": np.log,
        "sqrt": np.sqrt,
        "tanh": machine(tanh) if arrays else np.tanh,
        "power": np.power,
    }
    without_branches = {
        "sigmoid": machine(sigmoid if arrays else lambda t: 1 / (1 + np.exp(-t))),
        "relu": machine(lambda t: np.maximum(t, 0.0)),
        "step": machine(lambda t: (t > 0) * 1.0),
    }
    return {**known, **programmed(known, machine), **without_branches}
