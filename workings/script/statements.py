r"""A script, followed statement by statement with symbols for its numbers; nothing of it is executed.

Only what stands in a table is called, and what the script defines itself. Every value that gets a name becomes
a line of a listing, so that the script's whole calculation can be swept backwards.

>>> said = follow("import numpy as np\nW = np.array([[1., 2.]])\nx = np.array([3., 4.])\ny = W @ x\nW -= 0.1 * y * x")
>>> print(said.lines[4], *said.moves[:1], sep="\n")
y[0] = W[0,0] * x[0] + W[0,1] * x[1]
Move(old='W[0,0]', new='W[0,0]@5', row=5)
"""

import ast
import re
from collections import ChainMap
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from bplit.given import shorter, wrong
from bplit.reading import LENGTH, statements_of
from workings.net.files import text_of
from workings.script.arrays import items, lifted, table
from workings.script.calls import READ, Back, Calls, Closure, Kind, Thing, in_module
from workings.script.expressions import Scope, bind, spread_over, truth
from workings.script.followed import Followed
from workings.script.numbers import NOTES, Count, Module, Number, chosen
from workings.script.record import Record
from workings.script.tables import FUNCTIONS

LINES_IN_ALL = 4_000  # with more lines than these no other round is begun
FEW = 5  # so many rounds are followed of a loop whose counter is not used
GROWING = {"append", "extend", "insert"}
ROUNDS = 40  # a loop with more rounds than these is followed for one
PRINT = re.compile(r"^(\s*)print\s+(?!\()(\S.*?),?\s*$", re.MULTILINE)


class Leave(Exception):
    """A break, or a continue."""

    def __init__(self, on: bool) -> None:
        self.on = on


class Follower(Calls):
    """Follows statements."""

    def __init__(self, text: str) -> None:
        super().__init__(Record(text))
        self.globals: dict[str, Any] = {}
        self.elsewhere: dict[
            int, dict[str, dict[str, Any]]
        ] = {}  # of a function's names, those that are others'

    def block(self, body: list[ast.stmt], scope: Scope) -> None:
        """Follow statements; at a gate with a return on both ways, both are followed."""
        for n, node in enumerate(body):
            self.record.row, self.record.end = node.lineno, node.lineno
            self.record.spend(20)
            if isinstance(node, ast.If):
                test = self.value(node.test, scope)
                if self.is_gate(test):
                    self.both(test, node, [*node.orelse, *body[n + 1 :]], scope)
                    continue
                self.block(node.body if truth(test) else node.orelse, scope)
            else:
                self.statement(node, scope)

    def is_gate(self, test: Any) -> bool:
        """Say whether a test is a gate that a calculation goes through."""
        return isinstance(test, Number) and test.how[:1] == ("step",)

    def both(self, test: Number, node: ast.If, rest: list[ast.stmt], scope: Scope) -> None:
        """Follow both ways of an if on a gate where both return or assign the same, otherwise the one that is open."""
        match node.body, node.orelse or rest[:1]:
            case [ast.Return(value=ast.expr() as yes)], [ast.Return(value=ast.expr() as no)]:
                raise Back(lifted(chosen)(test, self.value(yes, scope), self.value(no, scope)))
            case [ast.Assign(targets=[target], value=yes)], _ if self.is_other(node.orelse, target):
                no = node.orelse[0].value if node.orelse else target
                value = lifted(chosen)(test, self.value(yes, scope), self.value(no, scope))
                self.record.row = self.record.end = node.body[0].lineno
                self.assign(target, value, scope)
            case [ast.Expr(value=ast.Call(func=one, args=[yes]))], [
                ast.Expr(value=ast.Call(func=other, args=[no]))
            ] if (
                node.orelse
                and ast.unparse(one) == ast.unparse(other)
                and ast.unparse(one).endswith(".append")
            ):
                self.value(ast.Call(one, [ast.IfExp(node.test, yes, no)], []), scope)
            case _:
                self.block(node.body if truth(test) else node.orelse, scope)

    def is_other(self, body: list[ast.stmt], target: ast.expr) -> bool:
        """Say whether the other way assigns to the same target, or nothing at all."""
        match body:
            case []:
                return True
            case [ast.Assign(targets=[other])]:
                return ast.unparse(other) == ast.unparse(target)
        return False

    def statement(self, node: ast.stmt, scope: Scope) -> None:
        """Follow a statement."""
        if isinstance(node, ast.Assign | ast.AnnAssign | ast.AugAssign | ast.Expr | ast.Return):
            self.record.end = node.end_lineno or node.lineno
        match node:
            case ast.Assign(targets=targets, value=expression):
                value = self.value(expression, scope)
                for target in targets:
                    self.assign(target, value, scope)
            case ast.AnnAssign(target=target, value=ast.expr() as expression):
                self.assign(target, self.value(expression, scope), scope)
            case ast.AugAssign(target=target, op=op, value=expression):
                self.changed(target, type(op), self.value(expression, scope), scope)
            case ast.Expr(value=ast.Yield(value=ast.expr() as value)):
                self.frames[-1][2].append(self.value(value, scope))
            case ast.Expr(value=ast.Constant()) | ast.Pass() | ast.Assert() | ast.Delete() | ast.AnnAssign():
                pass
            case ast.Expr(value=value):
                self.value(value, scope)
            case ast.For(target=target, iter=over, body=body):
                self.loop(node, self.value(over, scope), scope)
            case ast.While(test=test, body=body):
                if truth(self.value(test, scope)):
                    self.rounds([()], None, body, scope)
            case ast.Return(value=value):
                raise Back(None if value is None else self.value(value, scope))
            case ast.Break() | ast.Continue():
                raise Leave(isinstance(node, ast.Continue))
            case ast.FunctionDef(name=name):
                scope.maps[0][name] = self.function(node, scope)
            case ast.ClassDef(name=name):
                scope.maps[0][name] = self.kind(node, scope)
            case ast.Import(names=names):
                for alias in names:
                    module = alias.name if alias.asname else alias.name.split(".")[0]
                    scope.maps[0][alias.asname or module] = imported(module)
            case ast.ImportFrom(module=module, names=names):
                for alias in names:
                    if (module or "").split(".")[0] != "__future__":
                        scope.maps[0][alias.asname or alias.name] = self.attribute(
                            imported(module or "."), alias.name
                        )
            case ast.Global(names=names) | ast.Nonlocal(names=names):
                homes = scope.maps[1:-2] if isinstance(node, ast.Nonlocal) else []
                for name in names:
                    home = next((home for home in homes if name in home), self.globals)
                    self.elsewhere.setdefault(id(scope.maps[0]), {})[name] = home
            case ast.With(items=things, body=body):
                for thing in things:
                    self.value(thing.context_expr, scope)
                self.block(body, scope)
            case ast.Try(body=body, orelse=more, finalbody=last):
                self.block([*body, *more, *last], scope)
            case _:
                raise ValueError("expected an assignment, a function, a class, a loop, an if or a call")

    def function(self, node: ast.FunctionDef | ast.Lambda, scope: Scope) -> Closure:
        """Return a function of the script."""
        names = node.args
        wanted = [*names.posonlyargs, *names.args]
        late = [pair for pair in zip(names.kwonlyargs, names.kw_defaults, strict=True) if pair[1]]
        pairs = [*zip(reversed(wanted), reversed(names.defaults), strict=False), *late]
        defaults = {part.arg: self.value(default, scope) for part, default in pairs if default}
        kind = ""
        for decorator in getattr(node, "decorator_list", []):
            if isinstance(decorator, ast.Name) and decorator.id in (
                "property",
                "staticmethod",
                "classmethod",
            ):
                kind = decorator.id
            elif not isinstance(found := self.value(decorator, scope), Module) and found is not None:
                raise ValueError("expected a function without decorators")
        return Closure(node, defaults, scope, kind)

    def kind(self, node: ast.ClassDef, scope: Scope) -> Kind:
        """Return a class of the script."""
        inherited: dict[str, Any] = {}
        inside = scope.new_child()
        own = inside.maps[0]
        bases = [self.value(base, scope) for base in node.bases]
        for base in reversed(bases):
            inherited |= base.members if isinstance(base, Kind) else {}
        fields = tuple(
            part.target.id
            for part in node.body
            if isinstance(part, ast.AnnAssign) and isinstance(part.target, ast.Name)
        )
        self.block(node.body, inside)
        members: dict[str, Any] = {}
        kind = Kind(node.name, inherited, members, fields)
        for name, part in own.items():
            method = isinstance(part, Closure) and part.scope is inside
            members[name] = replace(part, owner=kind, scope=scope) if method else part
        members.update({name: part for name, part in inherited.items() if name not in members})
        return kind

    def assign(self, target: ast.expr, value: Any, scope: Scope) -> None:
        """Give a value a name or a place, and note what it takes the place of."""
        match target:
            case ast.Name(id=name):
                home = self.elsewhere.get(id(scope.maps[0]), {}).get(name, scope.maps[0])
                value = self.record.named(name, value, again=self.record.row if self.frames else 0)
                self.record.state(name, value)
                self.record.moved(home.get(name), value)
                home[name] = value
            case ast.Tuple(elts=targets) | ast.List(elts=targets):
                for inner, part in zip(targets, spread_over(targets, value), strict=True):
                    self.assign(inner.value if isinstance(inner, ast.Starred) else inner, part, scope)
            case ast.Attribute(value=holder, attr=name):
                thing = self.value(holder, scope)
                if isinstance(thing, np.ndarray | Number):
                    if name == "data":
                        self.assign(holder, value, scope)
                    return
                if not isinstance(thing, Thing | Kind):
                    raise ValueError(f"expected no value for .{name}")
                value = self.record.named(name, value)
                self.record.state(name, value)
                self.record.moved(thing.members.get(name), value)
                thing.members[name] = value
            case ast.Subscript(value=holder, slice=key):
                self.put(self.value(holder, scope), self.place(key, scope), value, target, scope)
            case _:
                raise ValueError("expected a name to assign to")

    def put(self, holder: Any, key: Any, value: Any, target: ast.Subscript, scope: Scope) -> None:
        """Put a value into a place of an array, a list or a dict."""
        if isinstance(holder, np.ndarray):
            stem, place = self.slot(target.value, scope)
            if isinstance(key, np.ndarray) and key.dtype == object:  # where gates are open
                key, value = ..., lifted(chosen)(key, value, holder)
            self.record.put(
                holder, key, table(value) if isinstance(value, list | tuple) else value, stem, place
            )
            return
        stem, place = self.slot(target, scope)
        if isinstance(holder, list) and isinstance(key, int) and -len(holder) <= key < len(holder):
            old = holder[key]
        elif isinstance(holder, dict) and not isinstance(key, slice | list):
            old = holder.get(key)
        else:
            raise ValueError("expected a place in an array, a list or a dict")
        value = self.record.named(stem, value, place)
        self.record.state(stem, value)
        self.record.moved(old, value)
        holder[key] = value

    def changed(self, target: ast.expr, kind: type[ast.operator], more: Any, scope: Scope) -> None:
        """Follow an assignment with an operation: an array is changed in place, whatever else it is called."""
        old = self.value(target, scope)
        new = self.operation(kind, old, more)
        if (
            isinstance(old, np.ndarray)
            and np.shape(new) == old.shape
            and not isinstance(target, ast.Subscript)
        ):
            self.record.put(old, ..., new, *self.slot(target, scope))
        elif isinstance(old, list) and isinstance(new, list) and kind is ast.Add:
            for part in new[len(old) :]:
                self.inserted(old, len(old), part, target, scope)
        else:
            self.assign(target, new, scope)

    def loop(self, node: ast.For, over: Any, scope: Scope) -> None:
        """Follow a loop: all rounds of a short one, and one round of another, as one that counts passes."""
        used = {part.id for part in loads(node.body) if isinstance(part, ast.Name)}
        counts = {part.id for part in ast.walk(node.target) if isinstance(part, ast.Name)}
        grows = any(isinstance(part, ast.Attribute) and part.attr in GROWING for part in loads(node.body))
        length = len(over) if isinstance(over, range) else len(items(over))
        passes = isinstance(over, range) and not counts & used and (length > ROUNDS or (length > FEW and not grows))
        if length > ROUNDS and not passes:
            self.record.unread[node.lineno] = f"of {length} rounds one was followed"
        parts = items(over[: 1 if passes or length > ROUNDS else length] if not isinstance(over, dict) else over)
        self.rounds(parts, node.target, node.body, scope)

    def rounds(self, parts: list[Any], target: ast.expr | None, body: list[ast.stmt], scope: Scope) -> None:
        """Follow rounds of a loop."""
        for part in parts:
            if target:
                bind(target, part, scope)
            try:
                self.block(body, scope)
            except Leave as leave:
                if not leave.on:
                    break
            if len(self.record.lines) > LINES_IN_ALL and part is not parts[-1]:
                self.record.unread[self.record.row] = f"of {len(parts)} rounds not all were followed"
                break

    def run(self, body: list[ast.stmt]) -> None:
        """Follow a script; once it has been trained, what cannot be followed is left out, and said."""
        scope: Scope = ChainMap(self.globals, self.builtins)
        trained = False
        for node in body:
            moves = len(self.record.moves)
            try:
                self.block([node], scope)
            except ValueError as error:
                if not trained:
                    raise
                self.record.unread[self.record.row] = str(error)
                self.frames.clear()
            trained |= (
                isinstance(node, ast.For | ast.While | ast.Expr | ast.If) and len(self.record.moves) > moves
            )
        if not any(line.uses for line in self.record.lines):
            self.alone()

    def alone(self) -> None:
        """Follow the functions that nobody calls, with small arrays for what they are given, the same for one name."""
        functions = {name: part for name, part in self.globals.items() if isinstance(part, Closure)}
        asked = {
            part.func.id
            for f in functions.values()
            for part in ast.walk(f.node)
            if isinstance(part, ast.Call) and isinstance(part.func, ast.Name)
        }
        given: dict[str, Any] = {}
        for name, function in functions.items():
            if name in asked:
                continue
            self.record.row = self.record.end = function.node.lineno
            for part in (*function.node.args.posonlyargs, *function.node.args.args):
                if part.arg not in given and part.arg not in function.defaults:
                    shape = (2,) if part.arg.lower().startswith("b") else (2, 2)
                    given[part.arg] = self.record.named(part.arg, FUNCTIONS["rand"](*shape))
                    self.record.state(part.arg, given[part.arg])
            wanted = [
                given[part.arg]
                for part in (*function.node.args.posonlyargs, *function.node.args.args)
                if part.arg in given
            ]
            found = self.inlined(function, wanted, {})
            self.record.row = self.record.end = self.returned
            for n, part in enumerate(found if isinstance(found, tuple) else [found], 1):
                title = f"{name}.{n}" if isinstance(found, tuple) else name
                self.record.state(title, self.record.named(title, part))


def follow(text: str, script: str = "script") -> Followed:
    """Return what a script does, as lines; script is what it is called.

    Raises ValueError, with the line, for what is not followed.
    """
    if not isinstance(text, str) or len(text) > LENGTH:
        raise ValueError(f"text: expected up to {LENGTH} characters")
    follower = Follower(text)
    record = follower.record
    token = NOTES.set(record)
    try:
        follower.run(statements(text))
    except (Back, Leave):
        raise located(record, "expected no return or break here") from None
    except (RecursionError, MemoryError):
        raise ValueError("text: expected less in each other") from None
    except (TypeError, IndexError, KeyError, AttributeError, OverflowError) as error:
        raise located(record, f"not followed ({shorter(str(error), 60)})") from None
    except ValueError as error:
        raise (error if str(error).startswith(("line ", "text: ")) else located(record, str(error))) from None
    finally:
        NOTES.reset(token)
    if not any(line.uses for line in record.lines):
        raise ValueError("expected lines that calculate something, got numbers only")
    return record.followed(script)


def located(record: Record, what: str) -> ValueError:
    """Return an error that says in which line it is and shows it, and nothing of it to a terminal."""
    source = record.rows[record.row - 1] if record.row else ""
    return ValueError(
        printable(str(wrong(f"line {record.row}", " ".join(shorter(what, 200).split()), source)))
    )


def printable(text: str) -> str:
    r"""Return a text in which what a terminal would obey, or not show, is written as in Python.

    >>> print(printable("x = 1 # \x1b[2J"))
    x = 1 # \x1b[2J
    """
    return "".join(letter if letter.isprintable() else ascii(letter)[1:-1] for letter in text)


def statements(text: str) -> list[ast.stmt]:
    """Return the statements of a script; the prints of Python 2 are read too."""
    try:
        return statements_of(text)
    except ValueError as error:
        if "Missing parentheses in call to 'print'" not in str(error):
            raise ValueError(printable(str(error))) from None
    return statements_of(PRINT.sub(r"\1print(\2)", text))


def read_source(file: str | Path) -> str:
    """Return the text of a script's file, or raise a ValueError that names it."""
    return text_of(file)


def loads(body: list[ast.stmt]) -> list[ast.AST]:
    """Return the parts of statements that calculate something, not those that are only shown."""
    found: list[ast.AST] = []
    left: list[ast.AST] = [*body]
    while left:
        node = left.pop()
        match node:
            case ast.Expr(value=ast.Call(func=ast.Name(id="print"))):
                continue
            case ast.If(body=inner, orelse=more) if all(
                isinstance(part, ast.Expr | ast.Pass | ast.Break) for part in (*inner, *more)
            ):
                continue
        found.append(node)
        left += ast.iter_child_nodes(node)
    return found


def imported(name: str) -> Module:
    """Return a module: one that is not read, by a name that says so."""
    stem, *inner = name.split(".")
    if stem not in READ:
        return Module(f"?{name}"[:40])
    module = Module(stem)
    for part in inner:
        module = in_module(module.name, part)
    return module
