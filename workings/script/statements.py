"""Statements of a script, followed: what they assign, define, decide and repeat."""

import ast
from collections.abc import Iterator
from dataclasses import replace
from functools import reduce
from typing import Any

from workings.script.arrays import items, truth
from workings.script.calls import Closure, Kind, ReturnError, is_plain
from workings.script.expressions import Scope, bind
from workings.script.numbers import Module, is_gate
from workings.script.places import ELSEWHERE, Places
from workings.script.tables import BUILTINS, CALLABLE, CONSTANTS, INNER, MODULES, in_module

ROUNDS = 40  # a loop with more rounds is followed for one
SHORT = 5  # one that counts passes with more than these
ENOUGH = 4_000  # with more lines than these no other round is begun
STEPS = 20  # a statement is counted as so many operations
OF_METHODS = {"property", "staticmethod", "classmethod"}
SHOWING = ast.Expr | ast.Pass | ast.Break
GROWING = {"append", "extend", "insert"}


class LoopError(Exception):
    """A break, which leaves a loop, or a continue, which goes on with it."""

    def __init__(self, on: bool) -> None:
        self.on = on


class Statements(Places):
    """Follows statements."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.globals: dict[str, Any] = {}

    def block(self, body: list[ast.stmt], scope: Scope) -> None:
        """Follow statements. Of an if on a gate both ways are followed, where they do the same thing."""
        for n, node in enumerate(body):
            self.record.row = self.record.end = node.lineno
            self.record.spend(STEPS)
            if not isinstance(node, ast.If):
                self.statement(node, scope)
                continue
            test = self.value(node.test, scope)
            if is_gate(test) and (both := as_one(node, body[n + 1 :])):
                self.record.row = self.record.end = both.lineno
                self.statement(both, scope)
            else:
                self.block(node.body if truth(test) else node.orelse, scope)

    def statement(self, node: ast.stmt, scope: Scope) -> None:
        """Follow a statement."""
        here = scope.maps[0]
        if isinstance(node, ast.Assign | ast.AnnAssign | ast.AugAssign | ast.Expr | ast.Return):
            self.record.end = node.end_lineno or node.lineno
        match node:
            case ast.Assign(targets=targets, value=expression):
                self.whole = expression
                value = self.value(expression, scope)
                for target in targets:
                    self.assign(target, value, scope)
            case ast.AnnAssign(target=target, value=ast.expr() as expression):
                self.assign(target, self.value(expression, scope), scope)
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
                raise ReturnError(None if value is None else self.value(value, scope))
            case ast.Break() | ast.Continue():
                raise LoopError(isinstance(node, ast.Continue))
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
            name = alias.asname or alias.name
            if isinstance(node, ast.Import):
                name = name if alias.asname else name.split(".")[0]
                found[name] = imported(alias.name if alias.asname else name)
            elif alias.name != "*":
                found[name] = self.attribute(imported(node.module or "."), alias.name)
            elif not imported(node.module or ".").unread:
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
        length = len(over) if isinstance(over, range) else len(items(over))
        free = isinstance(over, range) and used.isdisjoint(names_in(node.target))
        many = length > ROUNDS or (free and length > SHORT and not grows)
        rounds = items(over[:1] if many and isinstance(over, range) else over)
        self.rounds(rounds[:1] if many else rounds, node.target, node.body, scope, free and length > SHORT)

    def rounds(self, parts: list[Any], target: Any, body: list[ast.stmt], scope: Scope, passes: bool) -> None:
        """Follow rounds of a loop: of one that may count passes no other one when something was learned."""
        for n, part in enumerate(parts):
            before, start = len(self.record.moves), len(self.record.lines)
            if n and len(self.record.lines) > ENOUGH:
                break
            if target:
                bind(target, part, scope)
                for name in names_in(target):
                    if is_plain(scope[name]):  # data that are written into the loop
                        scope[name] = self.record.named(name, scope[name])
            try:
                self.block(body, scope)
            except LoopError as leave:
                if not leave.on:
                    break
            self.record.rounds += [(start, len(self.record.lines))] * (not n)
            if passes and any(self.record.uses[new] - {old} for old, new in [*self.record.moves][before:]):
                break


def names_in(target: ast.expr) -> list[str]:
    """Return the names in what a loop goes through."""
    return [part.id for part in ast.walk(target) if isinstance(part, ast.Name)]


def as_one(node: ast.If, rest: list[ast.stmt]) -> ast.stmt | None:
    """Return an if as one statement with a choice in it, if both ways return, assign or append alike."""
    found: ast.stmt | None = None
    match node.body, node.orelse or rest[:1]:
        case [ast.Return(value=ast.expr() as yes)], [ast.Return(value=ast.expr() as no)]:
            found = ast.Return(ast.IfExp(node.test, yes, no))
        case [ast.Assign(targets=[one], value=yes)], _ if not node.orelse:
            found = ast.Assign([one], ast.IfExp(node.test, yes, one))
        case [ast.Assign(targets=[one], value=yes)], [ast.Assign(targets=[other], value=no)]:
            if ast.unparse(one) == ast.unparse(other):
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
    """Return a module: one that is not read, by a name that says so."""
    stem, *inner = name.split(".")
    if stem not in MODULES or (stem != "torch" and not {*inner} <= {*INNER}):
        return Module(f"?{name}"[:40])
    return reduce(lambda module, part: in_module(module.name, part), inner, Module(stem))
