"""Expressions of a script, followed: what each of them gives, in numbers that write themselves."""

import ast
from collections import ChainMap
from collections.abc import Iterator
from typing import Any

import numpy as np

from bplit.given import shorter
from workings.script.arrays import filled_in, items, key_by, lifted, room, single, texted, truth, wholes
from workings.script.followed import Record
from workings.script.numbers import CALCULATE, Count, Unread, chosen, is_gate, kind_of, whole_by, worth
from workings.script.tables import BUILTINS, CALLABLE, OPERATE

UNARY: dict[type[ast.AST], str] = {ast.USub: "negative", ast.Invert: "logical_not"}
UNARY |= {ast.Gt: "greater", ast.GtE: "greater_equal", ast.Lt: "less", ast.LtE: "less_equal"}
BY_NAME = {"getattr", "setattr"}  # what stands behind a dot, by a name that is put together
Scope = ChainMap[str, Any]  # the names of a function, then those of what is around it


class Expressions:
    """Follows expressions."""

    record: Record
    call: Any  # what is called, what stands behind a dot, functions: workings.script.calls
    applied: Any
    attribute: Any
    function: Any  # workings.script.statements
    assign: Any
    block: Any
    of_list: Any

    def value(self, node: ast.expr, scope: Scope) -> Any:
        """Return what an expression gives."""
        self.record.spend(1)
        match node:
            case ast.Constant(value=int() | float() as value) if value in self.record.table:
                self.record.sized.setdefault(int(value), node.lineno)
                return type(value)(self.record.table[value])
            case ast.Constant(value=bool() | int() | float() | str() | None as value):
                return value
            case ast.Name(id=name):
                if name not in scope:
                    raise ValueError(f"{name} is used before it is assigned")
                return scope[name]
            case ast.BinOp(left=left, op=op, right=right):
                return self.operation(type(op), self.value(left, scope), self.value(right, scope))
            case ast.Call(func=called) if getattr(called, "id", "") not in BY_NAME - scope.keys():
                return self.call(node, scope)
            case ast.Subscript(value=ast.Attribute(attr="c_" | "r_") as join, slice=part):
                return self.value(join, scope)(*self.several(getattr(part, "elts", [part]), scope))
            case ast.Subscript(value=holder, slice=part):
                whole = self.value(holder, scope)
                unread = callable(whole) or isinstance(whole, Unread)  # as list[float]
                return Unread("type") if unread else part_at(whole, self.place(part, scope))
            case ast.Attribute(value=holder, attr=name):
                return self.attribute(self.value(holder, scope), name)
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                return not truth(self.value(operand, scope))
            case ast.UnaryOp(op=op, operand=operand):
                found = self.value(operand, scope)
                return CALLABLE[UNARY[type(op)]](found) if type(op) in UNARY else found
            case ast.Compare(left=left, ops=ops, comparators=others):
                sides = [self.value(part, scope) for part in (left, *others)]
                tests = [compared(*part) for part in zip(ops, sides, sides[1:], strict=False)]
                return tests[0] if len(tests) == 1 else all(map(truth, tests))
            case ast.BoolOp(op=op, values=values):
                for part in values:
                    found = self.value(part, scope)
                    if truth(found) is not isinstance(op, ast.And):
                        break
                return found
            case ast.IfExp(test=test, body=yes, orelse=no):
                found = single(self.value(test, scope))
                if is_gate(found):  # both of them are followed
                    return lifted(chosen, found, self.value(yes, scope), self.value(no, scope))
                return self.value(yes if truth(found) else no, scope)
            case ast.Lambda():
                return self.function(node, scope)
            case ast.FormattedValue(value=part):
                return self.value(part, scope)
            case ast.NamedExpr(target=target, value=part):
                self.assign(target, self.value(part, scope), scope)
                return self.value(target, scope)
        return self.collected(node, scope)

    def collected(self, node: ast.expr, scope: Scope) -> Any:
        """Return a list, a tuple, a dict or a text with values in it, or what a text names."""
        match node:
            case ast.Call(ast.Name("getattr" | "setattr" as word), [holder, name, *new]):
                at = ast.Attribute(holder, texted([self.value(name, scope)]))
                for part in new if word == "setattr" else ():
                    self.assign(at, self.value(part, scope), scope)
                return self.value(at, scope)
            case ast.List(elts=parts) | ast.Tuple(elts=parts):
                every = self.several(parts, scope)
                return every if isinstance(node, ast.List) else tuple(every)
            case ast.Dict(keys=keys, values=values):
                found: dict[Any, Any] = {}
                for key, part in zip(keys, self.several(values, scope), strict=True):
                    found |= {key_by(self.value(key, scope)): part} if key else part
                return found
            case ast.ListComp(elt=part) | ast.GeneratorExp(elt=part) | ast.SetComp(elt=part):
                parts = [*self.comprehended(part, node.generators, scope.new_child())]
                return BUILTINS["set"](parts) if isinstance(node, ast.SetComp) else parts
            case ast.DictComp(key=key, value=part, generators=loops):
                pair = ast.Tuple([key, part], ast.Load())
                return {key_by(k): v for k, v in self.comprehended(pair, loops, scope.new_child())}
            case ast.JoinedStr(values=parts):
                return texted(self.several(parts, scope))
        raise ValueError(f"expected arithmetic, got {shorter(' '.join(ast.unparse(node).split()), 40)}")

    def several(self, parts: list[ast.expr], scope: Scope) -> list[Any]:
        """Return what expressions give, of one with a star its parts."""
        found: list[Any] = []
        for part in parts:
            value = self.value(part.value if isinstance(part, ast.Starred) else part, scope)
            found += items(value) if isinstance(part, ast.Starred) else [value]
        return found

    def comprehended(self, part: ast.expr, loops: list[ast.comprehension], scope: Scope) -> Iterator[Any]:
        """Go through what a comprehension gives."""
        first, *rest = loops
        for each in items(self.value(first.iter, scope)):
            self.assign(first.target, each, scope, quiet=True)
            if all(truth(self.value(test, scope)) for test in first.ifs):
                yield from self.comprehended(part, rest, scope) if rest else [self.value(part, scope)]

    def operation(self, kind: type[ast.operator], one: Any, other: Any) -> Any:
        """Return an operation on two values."""
        if isinstance(one, str):
            if kind is ast.Mod:
                values = other if isinstance(other, tuple) else [other]
                return filled_in(r"%[-+ #0-9.]*[a-zA-Z]", one, values)
            return texted([one, other]) if kind is ast.Add else ""
        if isinstance(other, list | tuple) and kind is ast.Mult and isinstance(one, int):
            one, other = other, one
        if isinstance(one, list | tuple) and not isinstance(other, np.ndarray):
            if kind is ast.Mult:
                room(len(one), max(whole_by(other), 0))
                return one * whole_by(other)
            if kind is ast.Add and isinstance(other, list | tuple):
                room(len(one) + len(other))
                return type(one)([*one, *other])
        word = CALCULATE[kind][1].__name__ if kind in CALCULATE else "matmul"
        for thing, name, rest in ((one, f"__{word}__", other), (other, f"__r{word}__", one)):
            if name in getattr(getattr(thing, "kind", None), "members", ()):
                return self.applied(self.attribute(thing, name), [rest])
        return OPERATE[kind](one, other)

    def place(self, node: ast.expr, scope: Scope) -> Any:
        """Return what stands in the brackets behind an array, a list or a dict."""
        match node:
            case ast.Tuple(elts=parts):
                return tuple(self.place(part, scope) for part in parts)
            case ast.Slice(lower=low, upper=high, step=step):
                ends = (None if part is None else self.value(part, scope) for part in (low, high, step))
                return slice(*(None if end is None else whole_by(end) for end in ends))
            case ast.Constant(value=value) if value is ...:
                return ...
        found = self.value(node, scope)
        if isinstance(found, np.ndarray):
            mask = found.size and all(isinstance(part, bool) or is_gate(part) for part in found.flat)
            return found if mask else np.array(wholes(found), dtype=int).reshape(found.shape)
        if isinstance(found, list | range):
            return ... if any(isinstance(part, str) for part in found[:1]) else [*wholes(items(found))]
        return key_by(found)


def settled(key: Any, holder: np.ndarray) -> Any:
    """Return places in an array, if they are not too many; gates that do not fit it are whole numbers."""
    if is_mask(key) and key.shape == holder.shape[: key.ndim]:
        return key
    keys = key if isinstance(key, tuple) else (key,)
    shapes = [np.shape(part) for part in keys if isinstance(part, np.ndarray | list)]
    room(np.broadcast_shapes(*shapes))
    kind = bool if isinstance(key, tuple) and len(shapes) == 1 else int
    return tuple(np.frompyfunc(truth, 1, 1)(part).astype(kind) if is_mask(part) else part for part in keys)


def part_at(holder: Any, key: Any) -> Any:
    """Return a part of an array, a list or a dict."""
    if isinstance(holder, np.ndarray):
        key = settled(key, holder)
        found = holder[np.frompyfunc(truth, 1, 1)(key).astype(bool) if is_mask(key) else key]
        room(np.shape(found))
        return single(found)
    if isinstance(holder, dict) and not isinstance(key, slice | list):
        if key not in holder:
            raise ValueError(f"expected one of {shorter(', '.join(map(str, holder)), 60)}")
        return holder[key]
    if isinstance(holder, list | tuple | str | range) and isinstance(key, int | slice):
        found = holder[key]
        return Count(found) if isinstance(found, int) and isinstance(holder, range) else found
    raise ValueError(f"expected an array, a list or a dict to take a part from, got {kind_of(holder)}")


def is_mask(key: Any) -> bool:
    """Say whether what stands in brackets says of each number whether it is meant."""
    return isinstance(key, np.ndarray) and key.dtype == object


def compared(op: ast.cmpop, one: Any, other: Any) -> Any:
    """Return how two values compare: as a gate where numbers of the calculation do."""
    if type(op) in UNARY:
        return CALLABLE[UNARY[type(op)]](one, other)
    negated = isinstance(op, ast.NotEq | ast.IsNot | ast.NotIn)
    if isinstance(op, ast.In | ast.NotIn):
        texts = isinstance(one, str) and isinstance(other, str)
        return (one in other if texts else key_by(one) in map(key_by, items(other))) is not negated
    plain = any(isinstance(part, str | Unread | None) for part in (one, other))
    if not plain and any(isinstance(part, np.ndarray) for part in (one, other)):
        return lifted(lambda x, y: (worth(x) == worth(y)) is not negated, one, other)
    return (key_by(one) == key_by(other)) is not negated


def spread_over(targets: list[ast.expr], value: Any) -> list[tuple[ast.expr, Any]]:
    """Return the parts of a value, each with its target; one with a star gets a list of them."""
    parts = [value] * len(targets) if isinstance(value, Unread) else items(value)
    names = [target.value if isinstance(target, ast.Starred) else target for target in targets]
    star = [n for n, target in enumerate(targets) if isinstance(target, ast.Starred)]
    if star and len(parts) >= len(targets) - 1:
        end = len(parts) - (len(targets) - 1 - star[0])
        parts[star[0] : end] = [parts[star[0] : end]]
    if len(parts) != len(targets):
        raise ValueError(f"expected {len(targets)} values, got {len(parts)}")
    return [*zip(names, parts, strict=True)]
