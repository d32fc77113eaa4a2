"""What a script may call, by the names that it has in Python, math, NumPy and torch; nothing else is called.

>>> print(f"{FUNCTIONS['log1p'](1.0):.6f}", FUNCTIONS["clip"](3, 0, 1), FUNCTIONS["ones"](2, 3).shape)
0.693147 1 (2, 3)
"""

import ast
import math
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np

from bplit.line import KNOWN
from workings.script.arrays import (
    added,
    alike,
    arranged,
    counted_up,
    drawn,
    einsum,
    enlarged,
    evenly,
    filled,
    full,
    inserted,
    items,
    joined,
    lifted,
    mean,
    outer,
    plainly,
    product,
    room,
    table,
    total,
    variance,
)
from workings.script.numbers import (
    Module,
    Count,
    Number,
    calculate,
    chosen,
    elementary,
    gate,
    higher,
    whole_by,
    worth,
)


def operate(kind: type[ast.operator], one: Any, other: Any) -> Any:
    """Return an operation on two numbers."""
    if isinstance(one, Number) or isinstance(other, Number):
        number = one if isinstance(one, Number) else other
        found = number.combined(kind, one, other)
        if found is not NotImplemented:
            return found
    return calculate(kind, worth(one), worth(other))


OPERATE = {
    kind: lifted(partial(operate, kind))
    for kind in (ast.Add, ast.Sub, ast.Mult, ast.Div, ast.Pow, ast.Mod, ast.FloorDiv)
}
OPERATE[ast.BitAnd] = OPERATE[ast.Mult]  # of gates
OPERATE[ast.MatMult] = product


def leaves(number: Any) -> Iterator[str]:
    """Go through the names that a number was calculated from, back to those that were not calculated."""
    if isinstance(number, Number):
        for part in number.how[1:]:
            yield from leaves(part)
        if not number.how:
            yield number.text


def of_data(function: Callable[[float], float]) -> Callable[[Any], Any]:
    """Return a function that no listing knows, of one number of the script: its value is another such number."""

    def applied(t: Any) -> float:
        if len({*leaves(t)}) > 1:
            raise ValueError(
                f"expected a function that has a slope here ({', '.join(KNOWN)}), got {function.__name__}"
            )
        return float(function(worth(t)))

    return applied


def absolute(t: Any) -> Any:
    """Return a number without its sign."""
    return elementary("relu", t) + elementary("relu", -t) if isinstance(t, Number) else abs(worth(t))


def clipped(t: Any, low: Any = None, high: Any = None) -> Any:
    """Return a number within bounds: one of the calculation is taken to be in them, but for a bound of 0."""
    if not isinstance(t, Number):
        t = worth(t) if low is None else max(worth(t), worth(low))
        return t if high is None else min(t, worth(high))
    return elementary("relu", t) if high is None and low is not None and worth(low) == 0 else t


def clip(a: Any, low: Any = None, high: Any = None, out: Any = None, **bounds: Any) -> Any:
    """Return numbers within bounds, by the names that NumPy and torch have for them."""
    low, high = bounds.get("min", bounds.get("a_min", low)), bounds.get("max", bounds.get("a_max", high))
    return lifted(lambda t: clipped(t, low, high))(a)


def equal(one: Any, other: Any, *_: Any, **__: Any) -> bool:
    """Say whether two numbers are the same to nine digits."""
    return math.isclose(worth(one), worth(other), abs_tol=1e-9)


def softmax_of(a: Any, axis: Any = -1) -> Any:
    """Return the shares of e to the power of numbers."""
    powers = FUNCTIONS["exp"](a)
    return OPERATE[ast.Div](powers, total(powers, axis, keepdims=True))


def plain_round(t: Any, *_: Any) -> Any:
    """Return a number as it is: rounded it is shown only."""
    return t


def of_torch(*_: Any, **__: Any) -> Any:
    """Refuse what calculates partials by itself."""
    raise ValueError(
        "here torch calculates the partials, and there is nothing to check: hand in one step in numbers"
    )


def whole_numbers(low: Any, high: Any = None, size: Any = None) -> Any:
    """Return whole numbers between two: alone the first one, as the place of an example."""
    first, last = (0, whole_by(low)) if high is None else (whole_by(low), whole_by(high))
    if size is None:
        return Count(first)
    return drawn(lambda chance: chance.randrange(first, max(last, first + 1)))(size=size)


def picked(a: Any, size: Any = None, **_: Any) -> Any:
    """Return the first ones of what a script picks from by chance."""
    parts = items(range(whole_by(a)) if isinstance(a, Number | int | float) else a)
    return parts[0] if size is None else table(parts[: whole_by(size)])


def copied(value: Any) -> Any:
    """Return lists, dicts and arrays as others of the same numbers."""
    if isinstance(value, np.ndarray):
        return value.copy()
    if isinstance(value, list | tuple):
        return type(value)(map(copied, value))
    return {key: copied(part) for key, part in value.items()} if isinstance(value, dict) else value


SINGLE: dict[str, Callable[..., Any]] = {
    **{name: partial(elementary, name) for name in KNOWN},
    "square": lambda t: operate(ast.Pow, t, 2),
    "power": partial(operate, ast.Pow),
    "add": partial(operate, ast.Add),
    "subtract": partial(operate, ast.Sub),
    "multiply": partial(operate, ast.Mult),
    "divide": partial(operate, ast.Div),
    "negative": lambda t: -t,
    "reciprocal": lambda t: operate(ast.Div, 1, t),
    "greater": gate,
    "less": lambda one, other: gate(other, one),
    "maximum": higher,
    "minimum": lambda one, other: -higher(-one, -other),
    "where": chosen,
    "abs": absolute,
    "cosh": lambda t: (elementary("exp", t) + elementary("exp", -t)) / 2,
    "sinh": lambda t: (elementary("exp", t) - elementary("exp", -t)) / 2,
    "log2": lambda t: elementary("log", t) / math.log(2),
    "log10": lambda t: elementary("log", t) / math.log(10),
    "log1p": lambda t: elementary("log", 1 + t),
    "expm1": lambda t: elementary("exp", t) - 1,
    "softplus": lambda t: elementary("log", 1 + elementary("exp", t)),
    "heaviside": lambda t, _=0: elementary("step", t),
    "sign": lambda t: elementary("step", t) - elementary("step", -t),
    "isclose": equal,
    "isnan": lambda t: math.isnan(worth(t)),
    "isfinite": lambda t: math.isfinite(worth(t)),
    "logical_not": lambda t: 1 - t,
    **{name: of_data(getattr(math, name)) for name in ("sin", "cos", "floor", "ceil")},
}  # fmt: skip
FUNCTIONS: dict[str, Callable[..., Any]] = {
    **{name: lifted(function) for name, function in SINGLE.items()},
    "clip": clip,
    "c_": lambda *parts: joined(np.column_stack)(parts),
    "r_": lambda *parts: joined(np.hstack)(parts),
    "array": lambda a, *_: table(a).copy() if not isinstance(a, Number | int | float) else a,
    "asarray": lambda a, *_: table(a) if not isinstance(a, Number | int | float) else a,
    "astype": lambda a, *_: a,
    "round": plain_round,
    "zeros": filled(0),
    "ones": filled(1),
    "full": full,
    "zeros_like": alike(0),
    "ones_like": alike(1),
    "full_like": alike(None),
    "eye": lambda n, *_: np.eye(room(n, n)[0]).astype(object),
    "diag": lambda a: room(table(a).shape, table(a).shape if np.ndim(a) == 1 else 1) and np.diag(table(a)),
    "arange": counted_up,
    "linspace": evenly,
    "dot": product,
    "inner": lambda a, b: product(a, FUNCTIONS["transpose"](b)),
    "outer": outer,
    "einsum": einsum,
    "sum": total,
    "mean": mean,
    "var": variance,
    "std": lambda *given, **options: FUNCTIONS["sqrt"](variance(*given, **options)),
    "norm": lambda a: elementary("sqrt", total(table(a) * table(a))),
    "mse_loss": lambda a, b: mean(OPERATE[ast.Pow](OPERATE[ast.Sub](a, b), 2)),
    "softmax": softmax_of,
    "max": plainly(np.max),
    "min": plainly(np.min),
    "argmax": plainly(np.argmax, Count),
    "argmin": plainly(np.argmin, Count),
    "any": plainly(np.any, bool),
    "all": plainly(np.all, bool),
    "allclose": lambda a, b, *_, **__: bool(np.all(lifted(equal)(a, b))),
    "reshape": arranged(np.reshape),
    "transpose": arranged(np.transpose),
    "ravel": lambda a, *_: table(a).reshape(-1),
    "squeeze": arranged(np.squeeze),
    "expand_dims": arranged(np.expand_dims),
    "swapaxes": arranged(np.swapaxes),
    "flip": arranged(np.flip),
    "atleast_2d": lambda a: np.atleast_2d(table(a)),
    "concatenate": joined(np.concatenate),
    "stack": joined(np.stack),
    "hstack": joined(np.hstack),
    "vstack": joined(np.vstack),
    "column_stack": joined(np.column_stack),
    "append": added,
    "insert": inserted,
    "tile": enlarged(np.tile),
    "repeat": enlarged(np.repeat),
    "item": lambda a: table(a).reshape(-1)[0],
    "tolist": lambda a: table(a).tolist(),
    "shape": lambda a: tuple(map(Count, table(a).shape)),
    "size": lambda a, *axis: Count(table(a).size) if not axis else Count(table(a).shape[whole_by(axis[0])]),
    "ndim": lambda a: Count(table(a).ndim),
    "nan_to_num": lambda a, *_: a,
    "backward": of_torch,
    "nothing": lambda *_, **__: None,
    "rand": drawn(lambda chance: chance.random()),
    "randn": drawn(lambda chance: chance.gauss(0, 1)),
    "normal": drawn(lambda chance, loc=0, scale=1: chance.gauss(loc, scale), ("loc", "scale")),
    "uniform": drawn(lambda chance, low=0, high=1: low + (high - low) * chance.random(), ("low", "high")),
    "randint": whole_numbers,
    "permutation": lambda n: table(range(whole_by(n)) if isinstance(n, Number | int | float) else n),
    "choice": picked,
    "deepcopy": copied,
    "default_rng": lambda *_: Module("random"),
}  # fmt: skip
# Other names of the same functions: of what changes only how a number is stored or where, "astype".
ALIASES = """
sigmoid expit | abs absolute fabs | multiply mul logical_and | subtract sub | divide div true_divide
power pow float_power | negative neg | greater greater_equal gt ge | less less_equal lt le | maximum fmax
minimum fmin | clip clamp | sum fsum | mean average | max amax | min amin | softmax
array tensor as_tensor matrix mat Tensor FloatTensor | asarray from_numpy | zeros empty | eye identity
zeros_like empty_like | dot matmul mm mv vdot | transpose T t permute | reshape view | ravel flatten
expand_dims unsqueeze | concatenate cat | vstack row_stack | flip fliplr flipud
astype float float16 float32 float64 double detach numpy cpu data real type to requires_grad_ int32 int64 long
rand random random_sample | randn standard_normal | normal gauss | choice sample | randint randrange
deepcopy copy clone | default_rng RandomState Random Generator
nothing seed manual_seed shuffle set_printoptions errstate seterr no_grad dtype set_default_dtype device
"""
for row in ALIASES.strip().replace("\n", "|").split("|"):
    first, *others = row.split()
    FUNCTIONS |= dict.fromkeys(others, FUNCTIONS[first])
