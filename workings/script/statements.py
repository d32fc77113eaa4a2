"""Statements of a script, followed: what they assign, define, decide and repeat."""

import ast
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from functools import reduce
from typing import Any

import numpy as np

from workings.script.arrays import as_array, items, lifted, room, truth
from workings.script.calls import Calls, Closure, Kind, LeaveError, Thing, is_plain
from workings.script.expressions import Scope, is_mask, settled, spread_over
from workings.script.followed import MOST_ROUNDS, SHORT, in_steps, stem_by
from workings.script.numbers import Count, Module, Number, Unread, chosen, is_gate, is_name, kind_of, whole_by
from workings.script.tables import BUILTINS, CALLABLE, CONSTANTS, IN_PLACE, INNER, METHODS, MODULES, in_module

ELSEWHERE = "global "  # before a name that a function has from outside: it stands for where it is
PART_OF_ALL = 3  # with more than this part of what may be done, no other round in which weights step
A_STATEMENT = 20  # a statement is counted as so many operations
OF_METHODS = {"property", "staticmethod", "classmethod"}
SHOWING = ast.Expr | ast.Pass | ast.Break
GROWING = {"append", "extend", "insert"}


class Places(Calls):
    """Follows what puts values into places."""

    def assign(self, target: ast.expr, value: Any, scope: Scope, old: Any = None, quiet: Any = False) -> None:
        """Give a value a name or a place, and note what it takes the place of; in a loop quietly: no line."""
        match target:
            case ast.Name(id=name) if quiet:
                scope[name] = value
            case ast.Name(id=name):
                home = scope.maps[0].get(ELSEWHERE + name, scope.maps[0])
                again = self.record.row if self.frames else 0
                home[name] = self.record.named(name, value, (), home.get(name, old), again)
            case ast.Tuple(elts=targets) | ast.List(elts=targets):
                for inner, part in spread_over(targets, value):
                    self.assign(inner, part, scope, None, quiet)
            case ast.Attribute(value=holder, attr=name):
                thing = self.value(holder, scope)
                if isinstance(thing, Thing | Kind):
                    value = self.record.copied(name, value)
                    thing.members[name] = self.record.named(name, value, (), thing.members.get(name))
                elif name == "data" and isinstance(thing, np.ndarray | Number):
                    self.assign(holder, value, scope)
                elif isinstance(thing, np.ndarray | Number) and name not in CALLABLE:  # as w.g
                    _, old = self.extras.get((id(thing), name), (thing, None))
                    stem = f"{self.slot(holder, scope)[0]}.{name}"
                    self.extras[id(thing), name] = thing, self.record.named(stem, value, (), old)
                elif name not in ("requires_grad", "shape"):
                    raise ValueError(f"expected no value for .{name}")
            case ast.Subscript(value=holder, slice=key):
                self.put(self.value(holder, scope), self.place(key, scope), value, target, scope)
            case _:
                raise ValueError("expected a name to assign to")

    def put(self, holder: Any, key: Any, value: Any, target: ast.Subscript, scope: Scope) -> None:
        """Put a value into a place of an array, a list or a dict."""
        if isinstance(holder, np.ndarray):
            key = settled(key, holder)
            if is_mask(key):
                key, value = ..., lifted(chosen, key, value, holder)
            value = as_array(value) if isinstance(value, list | tuple) else value
            self.record.put(holder, key, value, *self.slot(target.value, scope))
            return
        inside = isinstance(holder, list) and isinstance(key, int) and -len(holder) <= key < len(holder)
        if not inside and not (isinstance(holder, dict) and not isinstance(key, slice | list)):
            raise ValueError("expected a place in an array, a list or a dict")
        old = holder[key] if inside else holder.get(key)
        stem, place = self.slot(target, scope)
        holder[key] = self.record.named(stem, value, place, old)

    def changed(self, target: ast.expr, kind: type[ast.operator], more: Any, scope: Scope) -> None:
        """Follow an assignment with an operation: an array is changed in place, whatever its other names."""
        old = self.value(target, scope)
        if isinstance(target, ast.Subscript) and is_mask(key := self.place(target.slice, scope)):
            whole = self.value(target.value, scope)
            if is_mask(settled(key, whole)):
                return self.put(whole, key, self.operation(kind, whole, more), target, scope)
        new = self.operation(kind, old, more)
        if isinstance(old, np.ndarray) and np.shape(new) != old.shape:  # nor does NumPy
            raise ValueError(f"expected shapes that fit each other, got {old.shape} and {np.shape(more)}")
        if isinstance(old, np.ndarray) and not isinstance(target, ast.Subscript):
            self.record.put(old, ..., new, *self.slot(target, scope))
        elif isinstance(old, list) and isinstance(new, list) and kind is ast.Add:
            self.of_list(old, "extend", [new[len(old) :]], {}, target, scope)
        else:
            self.assign(target, new, scope, old)

    def slot(self, node: ast.expr, scope: Scope) -> tuple[str, tuple[int, ...]]:
        """Return what the numbers in a place are called: a name, and where in it."""
        match node:
            case ast.Attribute(value=holder, attr="data"):
                return self.slot(holder, scope)
            case ast.Name(id=name) | ast.Attribute(attr=name):
                return name, ()
            case ast.Subscript(value=holder, slice=key):
                stem, place = self.slot(holder, scope)
                found = self.place(key, scope)
                if not isinstance(found, int):
                    return (stem_by(found, stem), ()) if isinstance(found, str) else (stem, place)
                parts = self.value(holder, scope)
                if isinstance(parts, dict):  # by an object, say: which one it is
                    return stem, (*place, [*parts, found].index(found))
                return stem, (*place, found % len(parts) if isinstance(parts, list) and parts else abs(found))
        return "value", ()

    def of_list(self, holder: Any, name: str, given: Any, options: Any, node: ast.expr, scope: Scope) -> Any:
        """Return what a method of a list, a dict or a text gives; what is put into it gets a name."""
        match holder, name, given:
            case list(), "append" | "extend" | "insert", [*at, part]:
                for each in items(part) if name == "extend" else [part]:
                    room(len(holder) + 1)
                    stem, inside = self.slot(node, scope)
                    named = each if is_name(each) else self.record.named(stem, each, (*inside, len(holder)))
                    holder.insert(whole_by(*at) if at else len(holder), named)
            case dict(), "update", [dict() as more]:
                for key, part in more.items():
                    holder[key] = self.record.named(stem_by(key, "value"), part, (), holder.get(key))
            case np.ndarray(), _, _:
                new = IN_PLACE[name](holder, *given, **options)
                self.record.put(holder, ..., new, *self.slot(node, scope))
                return holder
            case _ if (type(holder), name) in METHODS:
                return self.applied(METHODS[type(holder), name], [holder, *given], options, f".{name}")
            case _:
                raise ValueError(f"expected nothing like .{name} of {kind_of(holder)}")


class Statements(Places):
    """Follows statements."""

    def block(self, body: list[ast.stmt], scope: Scope) -> None:
        """Follow statements. Of an if on a gate both ways are followed, where they do the same thing."""
        for n, node in enumerate(body):
            self.record.row = self.record.end = node.lineno
            self.record.spend(A_STATEMENT)
            if not isinstance(node, ast.If):
                self.statement(node, scope)
                continue
            test = self.value(node.test, scope)
            every = "%" in ast.unparse(node.test) and "print(" in ast.unparse(node) and not node.orelse
            if every and not is_gate(test) and not truth(test):
                with suppress(ValueError, LeaveError):  # what is shown at another pass
                    self.block(node.body, scope)
            elif is_gate(test) and (both := as_one(node, body[n + 1 :])):
                self.statement(both, scope)
            else:
                way = node.body if truth(test) else node.orelse
                self.block([part for part in way if not isinstance(part, ast.Raise)], scope)

    def statement(self, node: ast.stmt, scope: Scope) -> None:
        """Follow a statement."""
        here, end = scope.maps[0], None if hasattr(node, "body") else node.end_lineno
        self.record.row, self.record.end = node.lineno, end or node.lineno
        match node:
            case ast.Assign(value=expression) | ast.AnnAssign(value=ast.expr() as expression):
                self.whole = expression
                value = self.value(expression, scope)
                for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
                    self.assign(target, value, scope)
            case ast.AugAssign(target=target, op=op, value=expression):
                self.changed(target, type(op), self.value(expression, scope), scope)
            case ast.Expr(value=ast.Yield(value=ast.expr() as value)) if self.frames:
                self.frames[-1][2].append(self.value(value, scope))
            case ast.Expr(value=ast.Constant()) | ast.Pass() | ast.Assert() | ast.Delete() | ast.AnnAssign():
                pass
            case ast.Expr(value=value):
                self.value(value, scope)
            case ast.For(orelse=[]):
                self.loop(node, self.value(node.iter, scope), scope)
            case ast.While(test=test, body=body, orelse=[]):
                self.rounds([()] if truth(self.value(test, scope)) else [], None, body, scope, False)
            case ast.Return(value=value):
                self.whole = value
                raise LeaveError(node, None if value is None else self.value(value, scope))
            case ast.Break() | ast.Continue():
                raise LeaveError(node)
            case ast.FunctionDef(name=name):
                here[name] = self.function(node, scope)
            case ast.ClassDef(name=name):
                here[name] = self.kind(node, scope)
            case ast.Import() | ast.ImportFrom():
                here.update(self.imports(node))
            case ast.Global(names=names) | ast.Nonlocal(names=names):
                homes = scope.maps[1:-2] if isinstance(node, ast.Nonlocal) else []
                for name in names:
                    here[ELSEWHERE + name] = next((home for home in homes if name in home), self.globals)
            case ast.With(items=things, body=body):
                for thing in things:
                    self.value(thing.context_expr, scope)
                self.block(body, scope)
            case ast.Try(body=body, orelse=more, finalbody=last):
                self.block([*body, *more, *last], scope)
            case _:
                raise ValueError("expected an assignment, a function, a class, a loop, an if or a call")

    def imports(self, node: ast.Import | ast.ImportFrom) -> dict[str, Any]:
        """Return what an import gives, by name."""
        found: dict[str, Any] = {}
        for alias in node.names:
            if isinstance(node, ast.Import):
                name = alias.asname or alias.name.split(".")[0]
                found[name] = imported(alias.name if alias.asname else name)
            elif alias.name != "*":
                found[alias.asname or alias.name] = self.attribute(imported(node.module or "."), alias.name)
            elif not isinstance(imported(node.module or "."), Unread):
                found |= {name: part for name, part in (CALLABLE | CONSTANTS).items() if name not in BUILTINS}
        return found

    def function(self, node: ast.FunctionDef | ast.Lambda, scope: Scope) -> Closure:
        """Return a function of the script."""
        names = node.args
        pairs = zip([*names.posonlyargs, *names.args][::-1], names.defaults[::-1], strict=False)
        late = zip(names.kwonlyargs, names.kw_defaults, strict=True)
        given = [(part.arg, default) for part, default in (*pairs, *late) if default]
        defaults = {name: self.value(default, scope) for name, default in given}
        kind = ""
        for decorator in getattr(node, "decorator_list", []):
            if isinstance(decorator, ast.Name) and decorator.id in OF_METHODS:
                kind = decorator.id
            elif isinstance(self.value(decorator, scope), Closure):
                raise ValueError("expected no decorator of the script's own")
        return Closure(node, defaults, scope, kind)

    def kind(self, node: ast.ClassDef, scope: Scope) -> Kind:
        """Return a class of the script; its functions do not see the names that stand in it."""
        inherited: dict[str, Any] = {}
        for base in node.bases[::-1]:
            found = self.value(base, scope)
            inherited |= found.members if isinstance(found, Kind) else {}
        inside = scope.new_child()
        self.block(node.body, inside)
        asked = [part.target for part in node.body if isinstance(part, ast.AnnAssign)]
        kind = Kind(inherited, {**inherited}, tuple(part.id for part in asked if isinstance(part, ast.Name)))
        for name, part in inside.maps[0].items():
            method = isinstance(part, Closure) and part.scope is inside
            kind.members[name] = replace(part, owner=kind, scope=scope) if method else part
        return kind

    def loop(self, node: ast.For, over: Any, scope: Scope) -> None:
        """Follow a loop: all rounds of a short one, and one round of another, as one that counts passes."""
        parts = [*calculating(node.body)]
        used = {part.id for part in parts if isinstance(part, ast.Name)}
        grows = any(isinstance(part, ast.Attribute) and part.attr in GROWING for part in parts)
        over = over if isinstance(over, range) else items(over)
        free = isinstance(over, range) and used.isdisjoint(names_in(node.target))
        passes = free and len(over) > SHORT
        rounds = items(over[:1] if len(over) > MOST_ROUNDS or (passes and not grows) else over)
        self.rounds(rounds, node.target, node.body, scope, passes)

    def rounds(self, parts: list[Any], target: Any, body: list[ast.stmt], scope: Scope, passes: bool) -> None:
        """Follow rounds of a loop: of one that may count passes no other one when something was learned."""
        keys = [part.slice for inner in body for part in ast.walk(inner) if isinstance(part, ast.Subscript)]
        places, trains = {name for key in keys for name in names_in(key)}, False
        for n, part in enumerate(parts):
            before, start = len(self.record.moves), len(self.record.lines)
            if n > 1 and trains and self.record.work > self.record.most // PART_OF_ALL:
                break
            if target:
                self.assign(target, part, scope, quiet=True)
                for name in names_in(target):
                    if is_plain(scope[name]):  # data that are written into the loop, or which place is meant
                        place = name in places and isinstance(scope[name], int)
                        scope[name] = Count(scope[name]) if place else self.record.named(name, scope[name])
            try:
                self.block(body, scope)
            except LeaveError as leave:
                if isinstance(leave.node, ast.Return):
                    raise
                if isinstance(leave.node, ast.Break):
                    break
            self.record.rounds += [(start, len(self.record.lines))] * (not n)
            trains = in_steps(self.record, start, before) if not n else trains
            moves = [*self.record.moves][before:] if passes else ()
            if any({*self.record.lines[new].uses} - {old} for old, new in moves):
                break


def names_in(target: ast.expr) -> list[str]:
    """Return the names in an expression, as in what a loop goes through."""
    return [part.id for part in ast.walk(target) if isinstance(part, ast.Name)]


def as_one(node: ast.If, rest: list[ast.stmt]) -> ast.stmt | None:
    """Return an if as one statement with a choice in it, if both ways return, assign or append alike."""
    found: ast.stmt | None = None
    match node.body, node.orelse or rest[:1]:
        case [ast.Return(value=ast.expr() as yes)], [ast.Return(value=ast.expr() as no)]:
            found = ast.Return(ast.IfExp(node.test, yes, no))
        case [ast.Assign([one], yes)], _ if not node.orelse:
            found = ast.Assign([one], ast.IfExp(node.test, yes, one))
        case [ast.Assign([one], yes)], [ast.Assign([other], no)] if ast.unparse(one) == ast.unparse(other):
            found = ast.Assign([one], ast.IfExp(node.test, yes, no))
        case [ast.Expr(ast.Call(one, [yes]))], [ast.Expr(ast.Call(other, [no]))] if node.orelse:
            if ast.unparse(one) == ast.unparse(other) and getattr(one, "attr", "") == "append":
                found = ast.Expr(ast.Call(one, [ast.IfExp(node.test, yes, no)], []))
    return found and ast.copy_location(found, node.body[0])


def calculating(body: list[ast.stmt]) -> Iterator[ast.AST]:
    """Go through the parts of statements, but not through those that only show something now and then."""
    for node in body:
        match node:
            case ast.Expr(value=ast.Call(func=ast.Name(id="print"))):
                continue
            case ast.If() if all(isinstance(part, SHOWING) for part in (*node.body, *node.orelse)):
                continue
        yield from ast.walk(node)


def imported(name: str) -> Module:
    """Return a module, which may be one that is not read."""
    stem, *inner = name.split(".")
    if stem not in MODULES or (stem != "torch" and not {*inner} <= {*INNER}):
        return Unread(name[:39])
    return reduce(in_module, inner, Module(stem))
