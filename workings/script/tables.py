"""What a script may call, by the names that it has in Python, math, NumPy and torch, and nothing else."""

import ast
import math
from functools import partial, reduce
from typing import Any

import numpy as np

from bplit.line import KNOWN
from workings.script import arrays, numbers
from workings.script.arrays import Function, as_array, full, items, key_by, lifted, room, single, wholes
from workings.script.numbers import CALCULATE, Count, Module, Number, elementary, operate, whole_by, worth
from workings.words import WORDS


def matrix_product(a: Any, b: Any) -> Any:
    """Return a product of matrices and vectors. NumPy's own goes on where a number raises an error."""
    one, other = as_array(a), as_array(b)
    if not (one.ndim and other.ndim):
        return OPERATE[ast.Mult](a, b)
    rows, columns = np.atleast_2d(one), other if other.ndim > 1 else other[:, None]
    if rows.shape[-1] != columns.shape[-2] or not rows.size:
        raise ValueError(f"expected shapes that fit each other, got {one.shape} and {other.shape}")
    pairs = ((rows[..., k, None], columns[..., k, None, :]) for k in range(rows.shape[-1]))
    found = reduce(OPERATE[ast.Add], (OPERATE[ast.Mult](*pair) for pair in pairs))
    found = found if other.ndim > 1 else found[..., 0]
    return single(found if one.ndim > 1 else found.squeeze(-2 if other.ndim > 1 else -1))


def einsum(letters: str, *given: Any) -> Any:
    """Return the sums of products that letters stand for, as of ``ij,jk->ik``."""
    parts = [*map(as_array, given)]
    terms = zip(letters.replace(" ", "").partition("->")[0].split(","), parts, strict=False)
    sizes = sorted((size, each) for term, part in terms for each, size in zip(term, part.shape, strict=False))
    room(*{each: size for size, each in sizes}.values())  # of all products
    return single(np.einsum(letters, *parts))


def of_data(function: Function, *given: Any) -> float:
    """Return what no listing knows, of one number or array of the script: a number of its own again."""
    behind: dict[str, Number] = {}  # what it was calculated from
    left = [*given]
    while left:
        part = left.pop()
        if isinstance(part, Number) and part.text not in behind:
            behind[part.text] = part
            left += part.how[1:]
    if len({name.partition("[")[0] for name, part in behind.items() if not part.how}) > 1:
        raise ValueError(f"expected functions with a slope ({', '.join(KNOWN)}), got {function.__name__}")
    return float(function(*map(worth, given)))


def clip(a: Any, low: Any = None, high: Any = None) -> Any:
    """Return numbers within bounds: one of the calculation is taken to be in them, but for a lowest of 0."""

    def clipped(t: Any) -> Any:
        if isinstance(t, Number):
            return elementary("relu", t) if high is None and low is not None and worth(low) == 0 else t
        t = worth(t) if low is None else max(worth(t), worth(low))
        return t if high is None else min(t, worth(high))

    return lifted(clipped, a)


def whole_numbers(low: Any, high: Any = None, size: Any = None) -> Any:
    """Return whole numbers between two: alone the first one, as the place of an example."""
    first, last = wholes(0, low) if high is None else wholes(low, high)
    draw = partial(arrays.by_chance, lambda by: by.randrange(first, max(last, first + 1)), ())
    return Count(first) if size is None else draw(size=size)


def taken_out(a: Any, size: Any = None, *_: Any) -> Any:
    """Return the first ones of what a script picks from by chance."""
    parts = items(range(whole_by(a)) if isinstance(a, Number | int | float) else a)
    return parts[0] if size is None else as_array(parts[: whole_by(size)])


def copied(value: Any) -> Any:
    """Return lists, dicts and arrays as others of the same numbers."""
    if isinstance(value, list | tuple):
        return type(value)(map(copied, items(value)))
    if isinstance(value, dict):
        return {key: copied(part) for key, part in value.items()}
    return value.copy() if isinstance(value, np.ndarray) else value


def of_torch(*_: Any, **__: Any) -> Any:
    """Refuse what calculates partials by itself."""
    raise ValueError("here torch calculates the partials, and nothing is to check: use one step in numbers")


OPERATE: dict[type[ast.operator], Function] = {k: partial(lifted, partial(operate, k)) for k in CALCULATE}
OPERATE[ast.MatMult] = matrix_product
SPELT = WORDS["script names"]
ELEMENTWISE: dict[str, Function] = {
    **{name: partial(elementary, name) for name in KNOWN},
    **{name: partial(operate, kind) for name, kind in zip(SPELT["binary"].split(), CALCULATE, strict=False)},
    **{name: partial(of_data, getattr(math, name)) for name in SPELT["of data"].split()},
    "square": lambda t: operate(ast.Pow, t, 2),
    "reciprocal": lambda t: operate(ast.Div, 1, t),
    "hypot": lambda one, other: elementary("sqrt", one * one + other * other),
    "negative": lambda t: Count(-t) if isinstance(t, Count) else -t,
    "greater": numbers.gate,
    "less": lambda one, other: numbers.gate(other, one),
    "greater_equal": lambda one, other: numbers.gate(other, one, shut=True),
    "less_equal": lambda one, other: numbers.gate(one, other, shut=True),
    "maximum": numbers.higher,
    "minimum": lambda one, other: -numbers.higher(-one, -other),
    "abs": lambda t: elementary("relu", t) + elementary("relu", -t),
    "sign": lambda t: elementary("step", t) - elementary("step", -t),
    "log2": lambda t: elementary("log", t) / math.log(2),
    "log10": lambda t: elementary("log", t) / math.log(10),
    "log1p": lambda t: elementary("log", 1 + t),
    "softplus": lambda t: elementary("log", 1 + elementary("exp", t)),
    "isclose": lambda one, other, *_: math.isclose(worth(one), worth(other), abs_tol=1e-9),
    "isnan": lambda t: math.isnan(worth(t)),
    "logical_not": lambda t: not t if isinstance(t, bool) else 1 - t,
    "float": lambda t, kind=0: float(t) if isinstance(t, bool | Count) and kind is not arrays.truth else t,
}
CALLABLE: dict[str, Function] = {
    **{name: partial(lifted, function) for name, function in ELEMENTWISE.items()},
    **{name: partial(arrays.rearranged, getattr(np, name)) for name in SPELT["arranging"].split()},
    "sum": arrays.sum_along,
    **{name: partial(arrays.put_together, getattr(np, name)) for name in SPELT["joining"].split()},
    **{name: partial(arrays.plainly, getattr(np, name), float) for name in "max min median ptp sort".split()},
    **{name: partial(arrays.plainly, getattr(np, name), Count) for name in ("argmax", "argmin", "argsort")},
    **{name: partial(arrays.plainly, getattr(np, name), bool) for name in ("any", "all")},
    "array": lambda a, *_, ndmin=0: single(np.array(as_array(a), ndmin=whole_by(ndmin))),
    "asarray": lambda a, *_: single(as_array(a)),
    "zeros": lambda *sizes, shape=(): full((sizes, shape), 0),
    "ones": lambda *sizes, shape=(): full((sizes, shape), 1),
    "full": full,
    "zeros_like": lambda a: full(as_array(a).shape, 0),
    "ones_like": lambda a: full(as_array(a).shape, 1),
    "full_like": lambda a, value: full(as_array(a).shape, value),
    "eye": lambda n, *_: np.eye(room(n, n)[0]).astype(object),
    "diag": lambda a: room(as_array(a).size, len(as_array(a))) and np.diag(as_array(a)),
    "arange": arrays.counted_up,
    "linspace": lambda start, stop, num=50: as_array([*np.linspace(worth(start), worth(stop), room(num)[0])]),
    "where": lambda test, *both: lifted(numbers.chosen, test, *both) if both else CALLABLE["nonzero"](test),
    "nonzero": lambda test: tuple(np.array(np.frompyfunc(Count, 1, 1)(np.nonzero(arrays.worths(test))))),
    "dot": matrix_product,
    "einsum": einsum,
    "inner": lambda a, b: matrix_product(a, as_array(b).T),
    "outer": lambda a, b: OPERATE[ast.Mult](as_array(a).reshape(-1, 1), as_array(b).reshape(1, -1)),
    "mean": arrays.mean,
    "prod": lambda a: reduce(OPERATE[ast.Mult], items(a), 1),
    "var": lambda a, axis=None, keepdims=False, ddof=0: arrays.mean(
        (as_array(a) - arrays.mean(a, axis, True)) ** 2, axis, keepdims, whole_by(ddof)
    ),
    "std": lambda *given, **options: CALLABLE["sqrt"](CALLABLE["var"](*given, **options)),
    "norm": lambda a, _=2, axis=None, **by: CALLABLE["sqrt"](arrays.sum_along(as_array(a) ** 2, axis, **by)),
    "mse_loss": lambda a, b: arrays.mean(OPERATE[ast.Pow](OPERATE[ast.Sub](a, b), 2)),
    "clip": clip,
    "allclose": lambda a, b, *_, **__: bool(np.all(CALLABLE["isclose"](a, b))),
    "ravel": lambda a, *_: as_array(a).reshape(-1),
    "append": lambda a, more, axis=None: CALLABLE["concatenate"]([a, more], axis),
    "insert": lambda a, n, b, axis=None: np.insert(as_array(a), whole_by(n), as_array(b), arrays.axes(axis)),
    "c_": lambda *parts: CALLABLE["column_stack"](parts),
    "r_": lambda *parts: CALLABLE["concatenate"](parts),
    "tile": lambda a, times: np.tile(as_array(a), room(times, as_array(a).size)[:-1]),
    "repeat": lambda a, times, axis=None: (
        room(as_array(a).size, max(wholes(times), default=0))
        and np.repeat(as_array(a), wholes(times), arrays.axes(axis))
    ),
    "item": lambda a: as_array(a).reshape(-1)[0],
    "tolist": lambda a: as_array(a).tolist(),
    "shape": lambda a: tuple(map(Count, as_array(a).shape)),
    "size": lambda a, *axis: Count(as_array(a).shape[whole_by(*axis)] if axis else as_array(a).size),
    "ndim": lambda a: Count(as_array(a).ndim),
    "unique": lambda a: np.array(sorted({worth(part) for part in as_array(a).flat}), dtype=object),
    "split": lambda a, n, axis=0: np.array_split(
        as_array(a), wholes(n) if isinstance(n, list) else room(n)[0], whole_by(axis)
    ),
    "detach": lambda value, *_, **__: value,
    "nothing": lambda *_, **__: None,
    "backward": of_torch,
    "rand": partial(arrays.by_chance, lambda chance: chance.random(), ()),
    "randn": partial(arrays.by_chance, lambda chance: chance.gauss(0, 1), ()),
    "normal": partial(arrays.by_chance, lambda by, loc=0, scale=1: by.gauss(loc, scale), ["loc", "scale"]),
    "uniform": partial(arrays.by_chance, lambda by, low=0, high=1: by.uniform(low, high), ("low", "high")),
    "randint": whole_numbers,
    "permutation": lambda n: as_array(range(whole_by(n)) if isinstance(n, Number | int | float) else n),
    "choice": taken_out,
    "deepcopy": copied,
    "default_rng": lambda *_, **__: Module("random"),
    "ndindex": lambda *sizes: [tuple(map(Count, at)) for at in np.ndindex(*room(*sizes))],
    "fromkeys": lambda _, parts, value=None: dict.fromkeys(map(key_by, items(parts)), value),
    "nditer": lambda *_, **__: numbers.Unread("nditer"),
}
for row in SPELT["same"].strip().replace("\n", "|").split("|"):
    first, *others = row.split()
    CALLABLE |= dict.fromkeys(others, CALLABLE[first])


def is_one_of(value: Any, kinds: Any) -> bool:
    """Say whether a value is of a kind, by the functions that have the names of Python's."""
    known = {BUILTINS[name]: kind for name, kind in TYPES.items()} | {CONSTANTS["ndarray"]: np.ndarray}
    several = kinds if isinstance(kinds, tuple) else (kinds,)
    return any(isinstance(value, known.get(k, ())) or k is getattr(value, "kind", value) for k in several)


# By which name an option is known here; those that have no effect on the numbers by none.
RENAMED = {name: new for new, names in WORDS["script options"].items() for name in names.split()}
PROPERTIES = {"T", "flat", "shape", "size", "ndim", "data", "dtype", "real"}  # of an array, without brackets
MODULES = {"numpy", "math", "torch", "random", "scipy", "copy", "functools", "operator"}
INNER = {"special": "scipy", "functional": "torch", "linalg": "numpy", "random": "random"}
CONSTANTS: dict[str, Any] = {"pi": math.pi, "e": math.e, "inf": math.inf, "nan": math.nan, "newaxis": None}
TYPES = {"list": list, "tuple": tuple, "dict": dict, "str": str, "int": int, "float": float | Number}
CONSTANTS["ndarray"] = Module("numpy.ndarray")  # a kind, to be asked for
OF_KIND = {list: "copy reverse clear", dict: "copy clear", str: SPELT["of text"]}
IN_PLACE: dict[str, Function] = {
    "add_": lambda a, b, alpha=1: OPERATE[ast.Add](a, OPERATE[ast.Mult](b, alpha)),
    "sub_": lambda a, b, alpha=1: OPERATE[ast.Sub](a, OPERATE[ast.Mult](b, alpha)),
    "mul_": OPERATE[ast.Mult],
    "zero_": lambda a: 0.0,
    "fill": lambda a, b: b,
}
METHODS: dict[tuple[type, str], Function] = {
    (list, "pop"): lambda a, n=-1: a.pop(whole_by(n)),
    (list, "index"): lambda a, part: Count([*map(key_by, a)].index(key_by(part))),
    (list, "add"): lambda a, part: a.append(part),  # of a set
    **{(dict, f.__name__): partial(lambda f, a: [*f(a)], f) for f in (dict.items, dict.keys, dict.values)},
    (dict, "get"): lambda a, key, default=None: a.get(key_by(key), default),
    (dict, "setdefault"): lambda a, key, default=None: a.setdefault(key_by(key), default),
    (dict, "pop"): lambda a, key, default=None: a.pop(key_by(key), default),
    (str, "format"): lambda a, *parts, **_: arrays.filled_in(r"\{[^{}]*\}", a, parts),
    (str, "join"): lambda a, parts: arrays.texted(p for part in items(parts) for p in (a, part))[len(a) :],
    **{(kind, name): getattr(kind, name) for kind, words in OF_KIND.items() for name in words.split()},
    (str, "replace"): lambda a, old, new: new.join(a.split(old))[:99] if old and len(new) < 9 else a,
}
BUILTINS: dict[str, Any] = {
    **{name: CALLABLE[name] for name in (*KNOWN, "abs", "pow", "round")},
    **{name: lambda *given: range(*wholes(*given)) for name in ("range", "xrange")},
    "len": lambda a: Count(len(a) if isinstance(a, range) else len(items(a))),
    "float": lambda a=0: float(a) if isinstance(a, bool) or (isinstance(a, str) and len(a) < 30) else a,
    "int": lambda a=0, base=10: int(a, base) if isinstance(a, str) else Count(int(worth(single(a)))),
    "bool": arrays.truth,
    "str": lambda a="": arrays.texted([a]),
    "sum": lambda parts, start=0: reduce(OPERATE[ast.Add], items(parts), start),
    "max": lambda *a: reduce(CALLABLE["maximum"], a) if len(a) > 1 else CALLABLE["max"](*a),
    "min": lambda *a: reduce(CALLABLE["minimum"], a) if len(a) > 1 else CALLABLE["min"](*a),
    **{of.__name__: partial(lambda of, parts: of(map(arrays.truth, items(parts))), of) for of in (any, all)},
    "list": lambda parts=(): items(parts),
    "set": lambda parts=(): [*{key_by(part): part for part in items(parts)}.values()],
    "tuple": lambda parts=(): tuple(items(parts)),
    "dict": lambda a=(), **more: (a if isinstance(a, dict) else {key_by(k): v for k, v in items(a)}) | more,
    "zip": lambda *parts, **_: [*zip(*map(items, parts), strict=False)],
    "enumerate": lambda a, start=0: [(Count(n), part) for n, part in enumerate(items(a), whole_by(start))],
    "reversed": lambda parts: items(parts)[::-1],
    "object": CALLABLE["nothing"],
    "isinstance": is_one_of,
    "__name__": "__main__",
    **{name: Module("numpy" if name == "np" else name) for name in ("math", "np", "numpy")},
}


def in_module(holder: Module, name: str) -> Any:
    """Return what a module holds, by the tables; of a module that is not read, what is not read either."""
    module = holder.name
    if isinstance(holder, numbers.Unread):
        return numbers.Unread(f"{module}.{name}"[:39])
    if module == "torch" and name in ("nn", "optim", "autograd"):
        return Module("torch.nn")
    if name in INNER and (module, name) != ("random", "random"):
        return Module(INNER[name])
    if module == "torch.nn":
        of_torch()
    if name in CONSTANTS:
        return CONSTANTS[name]
    if name not in CALLABLE:
        raise ValueError(f"unknown function {module}.{name}: write out what it calculates")
    return CALLABLE[name]
