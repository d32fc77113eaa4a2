"""Expressions of a script, followed: what each of them gives, in numbers that write themselves."""

import ast
import re
from collections import ChainMap
from collections.abc import Iterator
from typing import Any

import numpy as np

from bplit.given import shorter
from workings.script.arrays import CELLS, items, lifted, room, single, wholes
from workings.script.numbers import Count, Module, Number, chosen, gate, kind_of, whole_by, worth
from workings.script.record import Record
from workings.script.tables import FUNCTIONS, OPERATE

TEXT = 1_000  # letters of a text
Scope = ChainMap[str, Any]  # the names of a function, then those of what is around it


class Expressions:
    """Follows expressions."""

    def __init__(self, record: Record) -> None:
        self.record = record

    def call(self, node: ast.Call, scope: Scope) -> Any:
        """Return what a call gives: `workings.script.calls`."""
        raise NotImplementedError

    def attribute(self, holder: Any, name: str) -> Any:
        """Return what stands behind a dot: `workings.script.calls`."""
        raise NotImplementedError

    def function(self, node: ast.FunctionDef | ast.Lambda, scope: Scope) -> Any:
        """Return a function of the script: `workings.script.calls`."""
        raise NotImplementedError

    def assign(self, target: ast.expr, value: Any, scope: Scope) -> None:
        """Give a value a name: `workings.script.statements`."""
        raise NotImplementedError

    def value(self, node: ast.expr, scope: Scope) -> Any:
        """Return what an expression gives."""
        self.record.spend(1)
        match node:
            case ast.Constant(value=bool() | int() | float() | str() | None as value):
                return value
            case ast.Name(id=name):
                if name not in scope:
                    raise ValueError(f"{name} is used before it is assigned")
                return scope[name]
            case ast.BinOp(left=left, op=op, right=right):
                return self.operation(type(op), self.value(left, scope), self.value(right, scope))
            case ast.Call():
                return self.call(node, scope)
            case ast.Subscript(value=ast.Attribute(attr="c_" | "r_") as join, slice=place):
                return self.value(join, scope)(*self.several(place.elts if isinstance(place, ast.Tuple) else [place], scope))
            case ast.Subscript(value=holder, slice=place):
                return self.element(self.value(holder, scope), self.place(place, scope))
            case ast.Attribute(value=holder, attr=name):
                return self.attribute(self.value(holder, scope), name)
            case ast.UnaryOp(op=op, operand=operand):
                return self.signed(op, self.value(operand, scope))
            case ast.Tuple(elts=parts) | ast.List(elts=parts) | ast.Set(elts=parts):
                found = self.several(parts, scope)
                return tuple(found) if isinstance(node, ast.Tuple) else found
            case ast.Dict(keys=keys, values=values):
                return self.dictionary(keys, values, scope)
            case ast.Compare(left=left, ops=ops, comparators=others):
                sides = [self.value(part, scope) for part in (left, *others)]
                tests = [self.compared(*part) for part in zip(ops, sides, sides[1:], strict=False)]
                return tests[0] if len(tests) == 1 else all(map(truth, tests))
            case ast.BoolOp(op=op, values=values):
                for part in values:
                    found = self.value(part, scope)
                    if truth(found) is not isinstance(op, ast.And):
                        break
                return found
            case ast.IfExp(test=test, body=yes, orelse=no):
                decided = single(self.value(test, scope))
                if isinstance(decided, Number) and decided.how[:1] == ("step",):
                    return lifted(chosen)(decided, self.value(yes, scope), self.value(no, scope))
                return self.value(yes if truth(decided) else no, scope)
            case ast.ListComp(elt=part, generators=loops) | ast.GeneratorExp(elt=part, generators=loops):
                return [*self.comprehended(part, loops, scope.new_child())]
            case ast.SetComp(elt=part, generators=loops):
                return [*self.comprehended(part, loops, scope.new_child())]
            case ast.DictComp(key=key, value=part, generators=loops):
                pairs = self.comprehended(ast.Tuple([key, part], ast.Load()), loops, scope.new_child())
                return {key_by(key): part for key, part in pairs}
            case ast.Lambda():
                return self.function(node, scope)
            case ast.JoinedStr(values=parts):
                return text_of_parts([self.value(part, scope) for part in parts])
            case ast.FormattedValue(value=part):
                return text_of_parts([self.value(part, scope)])
            case ast.NamedExpr(target=target, value=part):
                self.assign(target, self.value(part, scope), scope)
                return self.value(target, scope)
        raise ValueError(f"expected arithmetic, got {shorter(' '.join(ast.unparse(node).split()), 40)}")

    def several(self, parts: list[ast.expr], scope: Scope) -> list[Any]:
        """Return what expressions give, those with a star in one piece each."""
        found: list[Any] = []
        for part in parts:
            if isinstance(part, ast.Starred):
                found += items(self.value(part.value, scope))
            else:
                found.append(self.value(part, scope))
        return found

    def dictionary(self, keys: list[ast.expr | None], values: list[ast.expr], scope: Scope) -> dict[Any, Any]:
        """Return a dict as it is written out."""
        found: dict[Any, Any] = {}
        for key, part in zip(keys, values, strict=True):
            value = self.value(part, scope)
            found |= (
                value
                if key is None and isinstance(value, dict)
                else {key_by(key and self.value(key, scope)): value}
            )
        return found

    def comprehended(self, part: ast.expr, loops: list[ast.comprehension], scope: Scope) -> Iterator[Any]:
        """Go through what a comprehension gives."""
        first, *rest = loops
        for each in items(self.value(first.iter, scope)):
            bind(first.target, each, scope)
            if all(truth(self.value(test, scope)) for test in first.ifs):
                yield from self.comprehended(part, rest, scope) if rest else [self.value(part, scope)]

    def operation(self, kind: type[ast.operator], one: Any, other: Any) -> Any:
        """Return an operation on two values."""
        if isinstance(one, str):
            if kind is ast.Mod:
                return filled_in(
                    r"%[-+ #0-9.]*[a-zA-Z%]", one, other if isinstance(other, tuple) else (other,)
                )
            if kind is ast.Add and isinstance(other, str):
                return (one + other)[:TEXT]
            return ""
        if isinstance(one, list | tuple) and isinstance(other, type(one)) and kind is ast.Add:
            room(len(one) + len(other))
            return one + other
        if isinstance(one, list | tuple) and kind is ast.Mult and not isinstance(other, np.ndarray):
            room(len(one), max(whole_by(other), 0))
            return one * whole_by(other)
        if isinstance(other, list | tuple) and kind is ast.Mult and not isinstance(one, np.ndarray):
            return self.operation(kind, other, one)
        if kind not in OPERATE:
            raise ValueError("expected + - * / ** // % @ only")
        return OPERATE[kind](one, other)

    def signed(self, op: ast.unaryop, value: Any) -> Any:
        """Return minus a value, or whether it is none."""
        match op:
            case ast.USub():
                return Count(-value) if isinstance(value, Count) else FUNCTIONS["negative"](value)
            case ast.Invert():
                return FUNCTIONS["logical_not"](value)
            case ast.Not():
                return not truth(value)
        return value

    def compared(self, op: ast.cmpop, one: Any, other: Any) -> Any:
        """Return how two values compare: a gate where numbers of the calculation do."""
        negated = isinstance(op, ast.NotEq | ast.IsNot | ast.NotIn)
        if isinstance(op, ast.In | ast.NotIn):
            found = (
                key_by(one) in [key_by(part) for part in items(other)]
                if not isinstance(other, str)
                else one in other
                if isinstance(one, str)
                else False
            )
            return found is not negated
        if isinstance(op, ast.Eq | ast.NotEq | ast.Is | ast.IsNot):
            kind = {type(one), type(other)}
            if {str, type(None)} & kind:
                return (one is other or (one == other and kind == {str})) is not negated
            if np.ndarray in kind:
                return lifted(lambda x, y: (worth(x) == worth(y)) is not negated)(one, other)
            return (key_by(one) == key_by(other)) is not negated
        larger = isinstance(op, ast.Gt | ast.GtE)
        pair = (one, other) if larger else (other, one)
        if (
            isinstance(op, ast.GtE | ast.LtE)
            and not isinstance(one, np.ndarray | Number)
            and not isinstance(other, np.ndarray | Number)
        ):
            return worth(pair[0]) >= worth(pair[1])
        return lifted(gate)(*pair)

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
            gates = all(
                isinstance(part, bool) or (isinstance(part, Number) and part.how[:1] == ("step",))
                for part in found.flat
            )
            return (
                found
                if gates and found.size
                else np.array(wholes(*found.flat), dtype=int).reshape(found.shape)
            )
        if isinstance(found, list | range):
            if not all(isinstance(part, Number | int | float) for part in found[:CELLS]):
                return ...
            return [*wholes(*items(found))]
        return found if found is None or isinstance(found, str | tuple | Module) else key_by(found)

    def element(self, holder: Any, key: Any) -> Any:
        """Return a part of an array, a list or a dict."""
        if isinstance(holder, np.ndarray):
            if isinstance(key, np.ndarray) and key.dtype == object:  # numbers where gates are open
                key = np.frompyfunc(truth, 1, 1)(key).astype(bool)
            keys = key if isinstance(key, tuple) else (key,)
            room(
                np.broadcast_shapes(
                    *(np.shape(part) for part in keys if isinstance(part, np.ndarray | list))
                ),
                1,
            )
            found = holder[key]
            room(np.shape(found))
            return single(found)
        if isinstance(holder, Module) and holder.name.startswith("?"):
            return holder
        if isinstance(holder, dict) and not isinstance(key, slice | list):
            if key not in holder:
                raise ValueError(
                    f"expected one of {shorter(', '.join(map(str, holder)), 60)}, got {shorter(str(key), 40)}"
                )
            return holder[key]
        if isinstance(holder, list | tuple | str | range) and isinstance(key, int | slice):
            found = holder[key]
            return Count(found) if isinstance(found, int) and isinstance(holder, range) else found
        raise ValueError(f"expected an array, a list or a dict to take a part from, got {kind_of(holder)}")


def bind(target: ast.expr, value: Any, scope: Scope) -> None:
    """Give a value a second name, as loops and comprehensions do: no line."""
    if isinstance(target, ast.Name):
        scope.maps[0][target.id] = value
    elif isinstance(target, ast.Tuple | ast.List):
        for inner, part in zip(target.elts, spread_over(target.elts, value), strict=True):
            bind(inner.value if isinstance(inner, ast.Starred) else inner, part, scope)
    else:
        raise ValueError("expected a name to go through a list")


def spread_over(targets: list[ast.expr], value: Any) -> list[Any]:
    """Return the parts of a value, one for each target, a list of them for one with a star."""
    parts = items(value)
    star = next((n for n, target in enumerate(targets) if isinstance(target, ast.Starred)), None)
    if star is not None and len(parts) >= len(targets) - 1:
        end = len(parts) - (len(targets) - 1 - star)
        parts = [*parts[:star], parts[star:end], *parts[end:]]
    if len(parts) != len(targets):
        raise ValueError(f"expected {len(targets)} values, got {len(parts)}")
    return parts


def truth(value: Any) -> bool:
    """Return what a value decides, at the script's own numbers."""
    if isinstance(value, np.ndarray):
        if value.size != 1:
            raise ValueError(f"expected one number to decide by, got {kind_of(value)}")
        value = value.item()
    return bool(value.value if isinstance(value, Number) else value)


def key_by(value: Any) -> Any:
    """Return a value as it points to a part: a number as what it is worth."""
    if isinstance(value, Number | int | float):
        number = worth(value)
        return int(number) if number == number // 1 and abs(number) < 1e15 else number
    if isinstance(value, list | tuple):
        return tuple(map(key_by, value))
    return value if isinstance(value, str | None) else id(value)


def text_of_parts(parts: list[Any]) -> str:
    """Return values as one text: numbers in a few digits, what else there is as nothing."""
    texts = (
        part
        if isinstance(part, str)
        else f"{worth(part):g}"
        if isinstance(part, Number | int | float)
        else ""
        for part in parts
    )
    return "".join(texts)[:TEXT]


def filled_in(pattern: str, text: str, values: Any) -> str:
    """Return a text with values in its gaps."""
    left = [*values]
    return re.sub(pattern, lambda _: text_of_parts([left.pop(0)]) if left else "", text)[:TEXT]
