"""What a script calls, followed: functions and classes of its own, and what stands in the tables."""

import ast
import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial, reduce
from typing import Any

import numpy as np

from bplit.given import shorter
from bplit.line import KNOWN
from workings.script.arrays import items, lifted, room, single, table, wholes
from workings.script.expressions import TEXT, Expressions, Scope, filled_in, key_by, text_of_parts, truth
from workings.script.numbers import Count, Module, Number, higher, kind_of, whole_by, worth
from workings.script.record import Record, stem_by
from workings.script.tables import FUNCTIONS, OPERATE, of_torch

DEEP = 20  # calls in calls


def is_plain(value: Any) -> bool:
    """Say whether a value is a plain number, or an array or a list with one in it."""
    if isinstance(value, np.ndarray | list):
        return any(is_plain(part) for part in (value.flat if isinstance(value, np.ndarray) else value))
    return type(value) in (int, float)


def parts_of(value: Any) -> list[Number]:
    """Return the numbers in a value that have no name yet."""
    if isinstance(value, tuple | list | np.ndarray):
        return [number for part in (value.flat if isinstance(value, np.ndarray) else value) for number in parts_of(part)]
    return [value] if isinstance(value, Number) and not value.named else []


def largest(*given: Any) -> Any:
    """Return the largest of numbers: of a list, what it is at the script's own."""
    return reduce(lifted(higher), given) if len(given) > 1 else FUNCTIONS["max"](given[0])


def smallest(*given: Any) -> Any:
    """Return the smallest of numbers."""
    return (
        FUNCTIONS["negative"](largest(*map(FUNCTIONS["negative"], given)))
        if len(given) > 1
        else FUNCTIONS["min"](given[0])
    )


def as_float(value: Any = 0) -> Any:
    """Return a number, also one that stands in a text."""
    return float(value) if isinstance(value, str) and len(value) < 30 else value


BUILTINS: dict[str, Any] = {
    **{name: FUNCTIONS[name] for name in (*KNOWN, "abs", "pow", "round")},
    "range": lambda *given: range(*wholes(*given)),
    "xrange": lambda *given: range(*wholes(*given)),
    "len": lambda value: Count(len(value)) if isinstance(value, range | np.ndarray) else Count(len(items(value))),
    "float": as_float,
    "int": lambda value=0: Count(int(worth(single(value)))),
    "bool": truth,
    "str": lambda value="": text_of_parts([value]),
    "sum": lambda parts, start=0: reduce(OPERATE[ast.Add], items(parts), start),
    "max": largest,
    "min": smallest,
    "any": lambda parts: any(map(truth, items(parts))),
    "all": lambda parts: all(map(truth, items(parts))),
    "list": lambda parts=(): items(parts),
    "tuple": lambda parts=(): tuple(items(parts)),
    "set": lambda parts=(): [*{key_by(part): part for part in items(parts)}.values()],
    "dict": lambda pairs=(), **more: dict(pairs if isinstance(pairs, dict) else [(key_by(k), v) for k, v in items(pairs)]) | more,
    "zip": lambda *parts: [*zip(*map(items, parts), strict=False)],
    "enumerate": lambda parts, start=0: [(Count(n), part) for n, part in enumerate(items(parts), whole_by(start))],
    "reversed": lambda parts: items(parts)[::-1],
    "object": FUNCTIONS["nothing"],
    "property": FUNCTIONS["nothing"],
    "__name__": "__main__",
    "math": Module("math"),
    "np": Module("numpy"),
    "numpy": Module("numpy"),
}  # fmt: skip


# What may be said of a table function without any effect on its numbers, and by which name torch says the same.
IGNORED = {
    "dtype",
    "requires_grad",
    "copy",
    "order",
    "device",
    "ndmin",
    "replace",
    "p",
    "casting",
    "out_dtype",
    "endpoint",
}
RENAMED = {"dim": "axis", "keepdim": "keepdims"}
LATE = {"reduce", "partial", "vectorize", "apply_along_axis"}
PROPERTIES = {"T", "shape", "size", "ndim", "data", "dtype", "real"}
SUBMODULES = {"special": "scipy", "functional": "torch", "linalg": "numpy", "random": "random"}
CONSTANTS = {"pi": math.pi, "e": math.e, "inf": math.inf, "nan": math.nan, "newaxis": None}
READ = {"numpy", "math", "torch", "random", "scipy", "copy", "functools"}
IN_PLACE: dict[str, Callable[..., Any]] = {
    "add_": lambda a, b, alpha=1: OPERATE[ast.Add](a, OPERATE[ast.Mult](b, alpha)),
    "sub_": lambda a, b, alpha=1: OPERATE[ast.Sub](a, OPERATE[ast.Mult](b, alpha)),
    "mul_": OPERATE[ast.Mult],
    "div_": OPERATE[ast.Div],
    "copy_": lambda a, b: b,
    "zero_": lambda a: 0.0,
    "fill_": lambda a, b: b,
    "fill": lambda a, b: b,
}  # fmt: skip


def in_module(module: str, name: str) -> Any:
    """Return what a module holds, by the tables; of a module that is not read, what is not read either."""
    if module.startswith("?"):
        return Module(f"{module}.{name}"[:40])
    if (module, name) in (("torch", "nn"), ("torch", "optim"), ("torch", "autograd")):
        return Module("torch.nn")
    if name in SUBMODULES and not (module == "random" and name == "random"):
        return Module(SUBMODULES[name])
    if module == "torch.nn":
        of_torch()
    if name in CONSTANTS:
        return CONSTANTS[name]
    if name not in FUNCTIONS:
        raise ValueError(f"unknown function {module}.{name}: write out what it calculates")
    return FUNCTIONS[name]


@dataclass(frozen=True, eq=False)
class Closure:
    """A function of the script, its defaults, the names around it, and, of a method, its class and object."""

    node: ast.FunctionDef | ast.Lambda
    defaults: dict[str, Any]
    scope: Scope
    kind: str = ""  # property, staticmethod or classmethod
    owner: "Kind | None" = None
    bound: tuple[Any, ...] = ()


@dataclass(frozen=True, eq=False)
class Kind:
    """A class of the script: its name, what its bases have, and what it has, theirs too."""

    name: str
    inherited: dict[str, Any]
    members: dict[str, Any]
    fields: tuple[str, ...] = ()


class Thing:
    """An object of a class of the script."""

    def __init__(self, kind: Kind) -> None:
        self.kind = kind
        self.members: dict[str, Any] = {}


@dataclass(frozen=True, eq=False)
class Super:
    """What the bases of a class have, for an object."""

    members: dict[str, Any]
    thing: Any


class Back(Exception):
    """A return."""

    def __init__(self, value: Any) -> None:
        self.value = value


class Calls(Expressions):
    """Follows what is called."""

    def __init__(self, record: Record) -> None:
        super().__init__(record)
        self.frames: list[tuple[Closure, list[Any], list[Any]]] = []  # with what they were given and yield
        self.returned = 0  # the row of the last return
        self.builtins: dict[str, Any] = BUILTINS | {
            "map": lambda f, *parts: [self.applied(f, [*p]) for p in zip(*map(items, parts), strict=False)],
            "filter": lambda f, parts: [p for p in items(parts) if truth(self.applied(f, [p]))],
            "sorted": self.in_order,
            "reduce": lambda f, parts, *first: reduce(
                lambda a, b: self.applied(f, [a, b]), items(parts), *first
            ),
            "partial": lambda f, *given, **options: partial(self.applied_later, f, given, options),
            "apply_along_axis": lambda f, axis, a: FUNCTIONS["stack"]([table(self.applied(f, [row])) for row in (items(a) if axis else items(table(a).T))]),
            "vectorize": lambda f: lifted(lambda *given: self.applied(f, [*given])),
        }

    def block(self, body: list[ast.stmt], scope: Scope) -> None:
        """Follow statements: `workings.script.statements`."""
        raise NotImplementedError

    def in_order(self, parts: Any, key: Any = None, reverse: Any = False) -> list[Any]:
        """Return the parts of a list from the least to the largest one."""
        return sorted(
            items(parts),
            key=lambda p: key_by(p if key is None else self.applied(key, [p])),
            reverse=truth(reverse),
        )

    def applied_later(self, function: Any, given: Any, options: Any, *more: Any, **others: Any) -> Any:
        """Return what a function gives of which some arguments were known before."""
        return self.applied(function, [*given, *more], options | others)

    def slot(self, node: ast.expr, scope: Scope) -> tuple[str, tuple[int, ...]]:
        """Return what the numbers in a place are called: a name, and where in it."""
        match node:
            case ast.Name(id=name):
                return name, ()
            case ast.Attribute(value=holder, attr="data"):
                return self.slot(holder, scope)
            case ast.Attribute(attr=name):
                return name, ()
            case ast.Subscript(value=holder, slice=key):
                stem, place = self.slot(holder, scope)
                found = self.place(key, scope)
                if isinstance(found, int):
                    parts = self.value(holder, scope)
                    return stem, (
                        *place,
                        found % len(parts) if isinstance(parts, list) and parts else abs(found),
                    )
                return (stem_by(found, stem), ()) if isinstance(found, str) else (stem, place)
        return "value", ()

    def attribute(self, holder: Any, name: str) -> Any:
        """Return what stands behind a dot, if it stands in a table or the script has put it there."""
        if isinstance(holder, Module):
            late = name in LATE and not holder.name.startswith("?")
            return self.builtins[name] if late else in_module(holder.name, name)
        if isinstance(holder, Thing | Super | Kind):
            if isinstance(holder, Thing) and name in holder.members:
                return holder.members[name]
            members = holder.kind.members if isinstance(holder, Thing) else holder.members
            if name not in members:
                if isinstance(holder, Super) and name == "__init__":
                    return FUNCTIONS["nothing"]
                raise ValueError(f"expected something that was assigned, got .{name}")
            found = members[name]
            if (
                not isinstance(found, Closure)
                or found.kind == "staticmethod"
                or (isinstance(holder, Kind) and found.kind != "classmethod")
            ):
                return found
            found = replace(found, bound=(holder.thing if isinstance(holder, Super) else holder,))
            return self.inlined(found, [], {}) if found.kind == "property" else found
        if isinstance(holder, np.ndarray | Number | float | int) and name in FUNCTIONS:
            return FUNCTIONS[name](holder) if name in PROPERTIES else partial(FUNCTIONS[name], holder)
        if name in ("grad", "requires_grad"):
            of_torch()
        raise ValueError(f"expected nothing like .{name} of {kind_of(holder)}")

    def call(self, node: ast.Call, scope: Scope) -> Any:
        """Return what a call gives."""
        owner: Any = None
        match node.func:
            case ast.Name(id="print") if "print" not in scope:
                return self.shown(node, scope)
            case ast.Name(id="super") if self.frames and "super" not in scope:
                closure, given, _ = self.frames[-1]
                return Super(closure.owner.inherited if closure.owner else {}, given[0] if given else None)
            case ast.Attribute(value=holder, attr=name):
                owner = self.value(holder, scope)
                if isinstance(owner, Module) and owner.name.startswith("?"):
                    return self.shown(node, scope)
        given = self.several(node.args, scope)
        options: dict[str, Any] = {}
        for option in node.keywords:
            part = self.value(option.value, scope) if option.arg not in IGNORED else None
            options |= (
                {option.arg: part}
                if option.arg
                else {key: p for key, p in part.items() if isinstance(key, str)}
            )
        if isinstance(node.func, ast.Attribute):
            name = node.func.attr
            if isinstance(owner, list | dict | str):
                return self.of_list(owner, name, given, node.func.value, scope)
            if isinstance(owner, np.ndarray) and name in IN_PLACE:
                stem, place = self.slot(node.func.value, scope)
                new = IN_PLACE[name](owner, *given)
                self.record.put(owner, ..., new, stem, place)
                return owner
            plain = isinstance(owner, np.ndarray | Number | float | int) and name in FUNCTIONS
            function = partial(FUNCTIONS[name], owner) if plain else self.attribute(owner, name)
        else:
            function = self.value(node.func, scope)
        return self.applied(function, given, options, shorter(ast.unparse(node.func), 40))

    def shown(self, node: ast.Call, scope: Scope) -> Module:
        """Follow the functions of the script in what is only shown, and nothing else of it."""
        for part in ast.walk(
            ast.Tuple([*node.args, *(option.value for option in node.keywords)], ast.Load())
        ):
            match part:
                case ast.Call(func=ast.Name(id=name) | ast.Attribute(value=ast.Name(id=name))) if isinstance(
                    scope.get(name), Closure | Thing
                ):
                    try:
                        self.value(part, scope)
                    except ValueError as error:
                        self.record.unread[node.lineno] = str(error)
        return Module("?print")

    def applied(
        self, function: Any, given: list[Any], options: dict[str, Any] | None = None, title: str = "it"
    ) -> Any:
        """Return what a function gives."""
        options = options or {}
        if isinstance(function, Closure):
            return self.inlined(function, given, options)
        if isinstance(function, Kind):
            return self.built(function, given, options)
        if isinstance(function, Thing):
            method = next(
                (name for name in ("__call__", "forward") if name in function.kind.members), "__call__"
            )
            return self.applied(self.attribute(function, method), given, options)
        if isinstance(function, Module) and function.name.startswith("?"):
            return given[0] if "tqdm" in function.name and given else function
        if not callable(function):
            raise ValueError(f"unknown function {title}")
        options = {RENAMED.get(key, key): part for key, part in options.items() if key not in IGNORED}
        try:
            return function(*given, **options)
        except TypeError:
            raise ValueError(f"{title} is not called like this here: write out what it calculates") from None

    def built(self, kind: Kind, given: list[Any], options: dict[str, Any]) -> Thing:
        """Return a new object of a class of the script."""
        thing = Thing(kind)
        if "__init__" in kind.members:
            self.inlined(replace(kind.members["__init__"], bound=(thing,)), given, options)
        else:
            said = dict(zip(kind.fields, given, strict=False)) | options
            thing.members |= {key: self.record.named(key, part) for key, part in said.items()}
        return thing

    def inlined(self, function: Closure, given: list[Any], options: dict[str, Any]) -> Any:
        """Follow the body of a function of the script."""
        node, names, record = function.node, function.node.args, self.record
        title = getattr(node, "name", "lambda")
        if any(node is frame[0].node for frame in self.frames) or len(self.frames) >= DEEP:
            raise ValueError(f"{title} calls itself, or too much calls each other")
        wanted = [part.arg for part in (*names.posonlyargs, *names.args)]
        given = [*function.bound, *given]
        scope = function.scope.new_child(dict(function.defaults))
        local = scope.maps[0]
        local |= dict(zip(wanted, given, strict=False))
        if names.vararg:
            local[names.vararg.arg] = tuple(given[len(wanted) :])
        elif len(given) > len(wanted):
            raise ValueError(f"{title} takes {len(wanted)} arguments, got {len(given)}")
        wanted += [part.arg for part in names.kwonlyargs]
        local |= {key: part for key, part in options.items() if key in wanted}
        others = {key: part for key, part in options.items() if key not in wanted}
        if names.kwarg:
            local[names.kwarg.arg] = others
        missing = [name for name in wanted if name not in local] or ([] if names.kwarg else [*others])
        if missing:
            raise ValueError(
                f"{title} is called with other arguments than it takes: {shorter(missing[0], 40)}"
            )
        back = record.row, record.end
        if isinstance(node, ast.Lambda):
            self.frames.append((function, given, []))
            found = self.value(node.body, scope)
            self.frames.pop()
            return found
        if title != "__init__":
            for name in wanted:  # what is written into the call
                if is_plain(local[name]):
                    local[name] = record.named(name, local[name], again=node.lineno)
        self.frames.append((function, given, yields := []))
        try:
            self.block(node.body, scope)
            found = None
        except Back as returned:
            found = returned.value
            self.returned = record.row
            for part in parts_of(found) if isinstance(found, tuple) else []:
                part.row = record.row  # its line is that of the return
        self.frames.pop()
        record.row, record.end = back
        return yields or found

    def of_list(self, holder: Any, name: str, given: list[Any], node: ast.expr, scope: Scope) -> Any:
        """Return what a method of a list, a dict or a text gives."""
        match holder, name, given:
            case list(), "append", [part]:
                self.inserted(holder, len(holder), part, node, scope)
            case list(), "insert", [n, part]:
                self.inserted(holder, whole_by(n), part, node, scope)
            case list(), "extend", [more]:
                for part in items(more):
                    self.inserted(holder, len(holder), part, node, scope)
            case list(), "pop", [] | [_] if holder:
                return holder.pop(*map(whole_by, given))
            case list(), "reverse", []:
                holder.reverse()
            case list(), "index", [part]:
                return Count([*map(key_by, holder)].index(key_by(part)))
            case list() | dict(), "copy", []:
                return holder.copy()
            case list() | dict(), "clear", []:
                holder.clear()
            case dict(), "items", []:
                return [*holder.items()]
            case dict(), "keys", []:
                return [*holder]
            case dict(), "values", []:
                return [*holder.values()]
            case dict(), "get" | "pop" | "setdefault", [key, *default]:
                key = key_by(key)
                if name == "setdefault":
                    holder.setdefault(key, *default)
                return (holder.pop if name == "pop" else holder.get)(key, *(default or [None]))
            case dict(), "update", [dict() as more]:
                for key, part in more.items():
                    value = self.record.named(stem_by(key, "value"), part)
                    self.record.moved(holder.get(key), value)
                    holder[key] = value
            case str(), "format", _:
                return filled_in(r"\{[^{}]*\}", holder, given)
            case str(), "startswith" | "endswith", [str() as part]:
                return holder.startswith(part) if name == "startswith" else holder.endswith(part)
            case str(), "replace", [str() as old, str() as new] if len(new) < 9:
                return holder.replace(old, new)[:TEXT]
            case str(), _, _:
                return holder
            case _:
                raise ValueError(f"expected nothing like .{name} of {kind_of(holder)}")

    def inserted(self, holder: list[Any], place: int, part: Any, node: ast.expr, scope: Scope) -> None:
        """Put a part into a list."""
        room(len(holder) + 1)
        stem, inside = self.slot(node, scope)
        holder.insert(place, self.record.kept(stem, part, (*inside, len(holder))))
        self.record.state(stem, holder[place])
