"""What a script calls, followed: functions and classes of its own, and what stands in the tables."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial, reduce
from operator import itemgetter
from typing import Any

import numpy as np

from bplit.given import shorter
from bplit.line import KNOWN
from workings.script.arrays import Function, as_array, flat, items, key_by, lifted, truth
from workings.script.expressions import Expressions, Scope
from workings.script.followed import Record
from workings.script.numbers import Module, Number, Unread, is_name, kind_of, whole_by
from workings.script.tables import BUILTINS, CALLABLE, IN_PLACE, PROPERTIES, RENAMED, in_module, of_torch
from workings.words import WORDS

UNITS = {(name,) for name, known in KNOWN.items() if known.unit}
DEEPEST_CALL = 20  # calls in calls


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
    """A class of the script: what its bases have, what it has, theirs too, and what a dataclass asks for."""

    inherited: dict[str, Any]
    members: dict[str, Any]
    fields: tuple[str, ...] = ()


class Default(partial[Any]):
    """What makes a field of a dataclass, for each object anew."""


class Thing:
    """An object of a class of the script, or what it is by the bases of its class."""

    def __init__(self, kind: Kind, real: Any = None) -> None:
        self.kind, self.real = kind, real or self
        self.members: dict[str, Any] = real.members if real else {}
        self.walk: Any = None  # through what it gives in a loop


DEFINED = Closure | Kind | Thing  # what the script has defined


class LeaveError(Exception):
    """A return, a break or a continue, which leaves a function or a round of a loop."""

    def __init__(self, node: ast.stmt, value: Any = None) -> None:
        super().__init__("expected no return or break here")
        self.node, self.value = node, value


class Calls(Expressions):
    """Follows what is called."""

    def __init__(self, record: Record) -> None:
        self.record = record
        self.globals: dict[str, Any] = {}
        self.frames: list[tuple[Closure, list[Any], list[Any]]] = []  # with what they were given, and yield
        self.extras: dict[tuple[int, str], tuple[Any, Any]] = {}  # what stands behind an array's dot
        self.whole: ast.expr | None = None  # what a statement takes as it is: it needs no other name
        self.late = functions_of_functions(self.applied)
        self.options = {name: self.late[name] for name in ("namedtuple", "field")}  # and of a command line

    def attribute(self, holder: Any, name: str) -> Any:
        """Return what stands behind a dot, if it stands in a table or the script has put it there."""
        if isinstance(holder, Module):
            late = self.options if isinstance(holder, Unread) else self.late
            return late[name] if name in late.keys() - BUILTINS else in_module(holder, name)
        if (id(holder), name) in self.extras:
            return self.extras[id(holder), name][1]
        if isinstance(holder, Thing) and name in holder.members:
            return holder.members[name]
        if isinstance(holder, Thing | Kind):
            members = holder.kind.members if isinstance(holder, Thing) else holder.members
            found = members.get(name, CALLABLE["nothing"] if name == "__init__" else None)
            if found is None:
                raise ValueError(f"expected something that was assigned, got .{name}")
            free = isinstance(holder, Kind) and getattr(found, "kind", "") != "classmethod"
            if not isinstance(found, Closure) or found.kind == "staticmethod" or free:
                return found
            found = replace(found, bound=(holder.real if isinstance(holder, Thing) else holder,))
            return self.inlined(found, [], {}) if found.kind == "property" else found
        known = isinstance(holder, np.ndarray | Number | float | int) or holder is BUILTINS["dict"]
        if known and name in CALLABLE:
            return CALLABLE[name](holder) if name in PROPERTIES else partial(CALLABLE[name], holder)
        if name in ("grad", "requires_grad"):
            of_torch()
        raise ValueError(f"expected nothing like .{name} of {kind_of(holder)}")

    def call(self, node: ast.Call, scope: Scope) -> Any:
        """Return what a call gives."""
        holder, name, whole = None, "", node is self.whole
        match node.func:
            case ast.Name(id="print") if "print" not in scope:
                return self.shown(node, scope)
            case ast.Name(id="super") if self.frames and "super" not in scope:
                closure, given, _ = self.frames[-1]
                inherited = closure.owner.inherited if closure.owner else {}
                return Thing(Kind({}, inherited), *given[:1])
            case ast.Name(id=function_name) if function_name not in scope:
                raise ValueError(f"unknown function {function_name}: write out what it calculates")
            case ast.Attribute(value=at, attr=name):
                holder = self.value(at, scope)
                if isinstance(holder, Unread):
                    return self.shown(node, scope)
        given, function = self.several(node.args, scope), None
        held = isinstance(holder, list | dict | str) or (isinstance(holder, np.ndarray) and name in IN_PLACE)
        if name in PROPERTIES and isinstance(holder, np.ndarray):  # as torch's size(0)
            function = partial(CALLABLE[name], holder)
        elif not held:
            function = self.attribute(holder, name) if name else self.value(node.func, scope)
        more: dict[str, Any] = {}
        own = isinstance(function, DEFINED)
        for option in node.keywords:
            key = option.arg if own or not option.arg else RENAMED.get(option.arg, option.arg)
            if key != "":
                part = self.value(option.value, scope)
                more |= {key: part} if key else part
        if held:
            return self.of_list(holder, name, given, more, at, scope)
        found = self.applied(function, given, more, shorter(ast.unparse(node.func), 40))
        if isinstance(found, tuple) or not isinstance(function, Closure):
            return found
        new = not whole and any(part.how[:1] not in UNITS for part in unnamed(found))
        if new and not isinstance(function.node, ast.Lambda):
            return self.record.named(f"{function.node.name}()", found)  # of the row of the return
        return found

    def shown(self, node: ast.Call, scope: Scope) -> Unread:
        """Follow the functions of the script in what is only shown, and nothing else but what is left out."""
        said = {option.arg: option.value for option in node.keywords}
        for word in node.args if "default" in said else ():  # as in add_argument("--rate", default=0.1)
            self.options[ast.unparse(word).strip("'-").replace("-", "_")] = self.value(said["default"], scope)
        for given in (*node.args, *node.keywords):
            for call, part in calls_in(given):
                if isinstance(scope.get(ast.unparse(call.func).split(".")[0]), DEFINED):
                    try:
                        self.value(part, scope)
                    except ValueError as error:
                        self.record.unread[node.lineno] = str(error)
        return Unread(shorter(ast.unparse(node.func), 30))

    def applied(self, function: Any, given: list[Any], options: Any = None, title: str = "it") -> Any:
        """Return what a function gives."""
        options = options or {}
        if isinstance(function, Closure):
            return self.inlined(function, given, options)
        if isinstance(function, Kind):
            thing = Thing(function)
            fields = () if "__init__" in function.members else function.fields
            said = {key: part() for key, part in function.members.items() if isinstance(part, Default)}
            said |= dict(zip(fields, given, strict=False)) | options
            for key in (key for key in fields if key in said):
                thing.members[key] = self.record.named(key, self.record.copied(key, said[key]))
            for name, some, more in (("__init__", given, options), ("__post_init__", [], {})):
                if start := function.members.get(name):
                    self.inlined(replace(start, bound=(thing,)), some, more)
            own = "__iter__" in function.members or not fields  # another one is a named tuple
            parts = [thing.members.get(key) for key in fields]
            thing.walk = lambda: self.applied(self.attribute(thing, "__iter__"), []) if own else parts
            return thing
        if isinstance(function, Thing):
            name = "__call__" if "__call__" in function.kind.members else "forward"
            return self.applied(self.attribute(function, name), given, options)
        if isinstance(function, Unread):
            return given[0] if "tqdm" in function.name and given else function
        if not callable(function):
            raise ValueError(f"unknown function {title}")
        try:
            return function(*given, **options)
        except TypeError:
            raise ValueError(f"{title} is not called like this here: write out what it calculates") from None

    def inlined(self, function: Closure, given: list[Any], options: dict[str, Any]) -> Any:
        """Follow the body of a function of the script."""
        node, record, row, end = function.node, self.record, self.record.row, self.record.end
        title = getattr(node, "name", "lambda")
        if any(word in title.lower() for word in WORDS["script names"]["numeric"].split()):  # tries a slope
            return Unread(title)
        if len(self.frames) >= DEEPEST_CALL:
            raise ValueError(f"{title}: expected up to {DEEPEST_CALL} calls in each other")
        given, found = [*function.bound, *given], None
        here = arguments(title, function, given, options)
        scope = function.scope.new_child(here)
        self.frames.append((function, given, []))
        if isinstance(node, ast.Lambda):
            found = self.value(node.body, scope)
        else:
            for name in [name for name in here if is_plain(here[name]) and title != "__init__"]:
                here[name] = record.named(name, here[name], again=node.lineno)  # it is written into the call
            try:
                self.block(node.body, scope)
            except LeaveError as back:
                found, got = back.value, frozenset(part.text for part in flat(given) if is_name(part))
                for part in unnamed(found):
                    part.row = record.row if isinstance(found, tuple | dict) else part.row  # its line is this
                for part in (part for part in flat(found) if isinstance(part, Number)):
                    record.given[row, part.text] = record.row, got
        record.row, record.end = row, end
        return self.frames.pop()[2] or found  # what it has yielded


def calls_in(node: ast.AST) -> Iterator[tuple[ast.Call, ast.expr]]:
    """Go through the calls in an expression, each with what is followed: of a list, one for all rounds."""
    if isinstance(node, ast.Call):
        yield node, node
    loops = getattr(node, "generators", [])
    free = {*ast.walk(loops[0].iter if loops else node)}  # of the names that the loops give
    for inner in ast.iter_child_nodes(node):
        for call, part in () if isinstance(inner, ast.Lambda) else calls_in(inner):
            yield call, part if call in free else ast.ListComp(part, loops)


def functions_of_functions(applied: Function) -> dict[str, Function]:
    """Return what calls functions of the script, by name."""

    def along(f: Any, axis: Any, a: Any) -> Any:
        found = as_array([applied(f, [row]) for row in np.moveaxis(as_array(a), whole_by(axis), -1)])
        return found if whole_by(axis) else found.T

    def ordered(parts: Any, key: Any = None, reverse: Any = False) -> Any:
        by = partial(applied, key) if key else itemgetter(0)
        return sorted(items(parts), key=lambda part: key_by(by([part])), reverse=truth(reverse))

    def extreme(name: str, *given: Any, key: Any = None, default: Any = None) -> Any:
        parts = given[0] if len(given) == 1 else given
        if key is None and items(parts):
            return BUILTINS[name](*given)
        return [*ordered(parts, key, name == "max"), default][0]

    return {
        "apply_along_axis": along,
        "map": lambda f, *lists: [applied(f, [*a]) for a in zip(*map(items, lists), strict=False)],
        "filter": lambda f, parts: [part for part in items(parts) if truth(applied(f, [part]))],
        "sorted": ordered,
        **{name: partial(extreme, name) for name in ("max", "min")},
        "namedtuple": lambda _, said: Kind({}, {}, tuple(said.split() if isinstance(said, str) else said)),
        "field": lambda _=None, default=None, default_factory=None, **__: (
            Default(applied, default_factory, []) if default_factory else default
        ),
        "reduce": lambda f, parts, *a: reduce(lambda x, y: applied(f, [x, y]), items(parts), *a),
        "partial": lambda f, *a, **more: lambda *b, **c: applied(f, [*a, *b], more | c),
        "vectorize": lambda f: partial(lifted, lambda *given: applied(f, [*given])),
    }


def arguments(title: str, function: Closure, given: list[Any], options: dict[str, Any]) -> dict[str, Any]:
    """Return what the arguments of a function are, by their names."""
    names = function.node.args
    wanted = [part.arg for part in (*names.posonlyargs, *names.args)]
    late = [*wanted, *(part.arg for part in names.kwonlyargs)]
    found = function.defaults | dict(zip(wanted, given, strict=False))
    found |= {key: part for key, part in options.items() if key in late}
    others = {key: part for key, part in options.items() if key not in late}
    if names.vararg:
        found[names.vararg.arg] = tuple(given[len(wanted) :])
    elif len(given) > len(wanted):
        raise ValueError(f"{title}: expected {len(wanted)} arguments, got {len(given)}")
    if names.kwarg:
        found[names.kwarg.arg] = others
    if missing := [name for name in late if name not in found] or ([] if names.kwarg else [*others]):
        raise ValueError(f"{title}: expected something for {shorter(missing[0], 40)}")
    return found


def is_plain(value: Any) -> bool:
    """Say whether a value is a plain number, or an array or a list with one in it."""
    return any(type(part) in (int, float) for part in flat(value))


def unnamed(value: Any) -> list[Number]:
    """Return the numbers in a value that have no name yet."""
    value = [*value.values()] if isinstance(value, dict) else value
    return [part for part in flat(value) if isinstance(part, Number) and not is_name(part)]
