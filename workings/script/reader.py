"""A reader of scripts: statements to the lines of one pass. Nothing is executed."""

import ast
from collections.abc import Iterable

from bplit.line import KNOWN, Line, calculated
from bplit.listing import Listing
from bplit.reading import statements_of as statements
from workings.script.arithmetic import ARRAYS, MODULES, Arithmetic

STATEMENTS = 1000  # of a script


class Reader(Arithmetic):
    """Reads statements into the lines of one pass; a name that is assigned again is another name: w5@34."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.lines: list[Line] = []
        self.taken = {*KNOWN}
        self.count = 0
        self.end: int | None = None  # how many lines there are when the loop ends

    def read(self) -> None:
        """Read the text."""
        body = statements(self.text)
        for node in ast.walk(ast.Module(body, [])):
            if isinstance(node, ast.NamedExpr):  # it assigns wherever it stands, also in what is skipped
                raise self.wrong(node, "expected no assignment inside an expression")
        self.body(body)
        for name, node in self.functions.items():
            if name not in self.called:
                arguments: list[ast.expr] = [ast.Name(a.arg) for a in node.args.args]
                scope = {**self.scope, **{a.arg: ast.Name(a.arg) for a in node.args.args}}
                self.value(node, ast.Call(ast.Name(name), arguments, []), scope)

    def divided(self) -> tuple[Listing, dict[str, float], Line | None]:
        """Return the lines of the pass, the numbers of their inputs, and the first line after the pass.

        A line that assigns a number is an input, but not the zero that a sum begins with.
        """
        users: dict[str, set[str]] = {}
        for line in self.lines:
            for name in line.uses:
                users.setdefault(name, set()).add(bare(line.name))
        given, lines = {}, []
        for line in self.lines[: self.end]:
            value = None if line.uses else float(calculated(line, line.expression, {}))
            if value is None or (value == 0 and users.get(line.name) == {bare(line.name)}):
                lines.append(line)
            else:
                given[line.name] = value
        if given and not lines:
            raise ValueError("expected lines that calculate something, got numbers only")
        listing = Listing(tuple(lines))
        end = len(self.lines) if self.end is None else self.end
        after = [line for line in self.lines[end:] if line.uses]
        return listing, {name: given[name] for name in listing.inputs}, after[0] if after else None

    def body(self, body: Iterable[ast.stmt]) -> None:
        """Read statements, one after the other."""
        for node in body:
            self.count += 1
            if self.count > STATEMENTS:
                raise self.wrong(node, f"expected up to {STATEMENTS} statements")
            self.statement(node)

    def statement(self, node: ast.stmt) -> None:
        """Read one statement."""
        match node:
            case ast.Import() | ast.ImportFrom():
                self.imported(node)
            case ast.Assign(targets=[ast.Tuple(elts=names)], value=ast.Tuple(elts=values)) if len(
                names
            ) == len(values):
                found = [self.value(node, value) for value in values]
                for target, value in zip(names, found, strict=True):
                    self.assign(node, target, value)
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Lambda(args=arguments, body=result)) if (
                only_plain(arguments)
            ):
                back = ast.copy_location(ast.Return(result), result)
                self.functions[name] = ast.copy_location(ast.FunctionDef(name, arguments, [back], []), node)
            case ast.Assign(targets=targets, value=expression):
                value = self.value(node, expression)
                for target in targets:
                    self.assign(node, target, value)
            case ast.AnnAssign(target=target, value=ast.expr() as expression):
                self.assign(node, target, self.value(node, expression))
            case ast.AugAssign(target=ast.Name(id=name) as target, op=op, value=expression):
                both = ast.copy_location(ast.BinOp(ast.Name(name), op, expression), expression)
                self.assign(node, target, self.value(node, both))
            case ast.If(test=ast.Compare(left=ast.Name(id="__name__")), body=body, orelse=[]):
                self.body(body)
            case ast.For(target=ast.Name() as counter, iter=ast.Call(func=ast.Name(id="range")), orelse=[]):
                self.assign(node, counter, ast.Constant(0))
                self.loop(node)
            case ast.While(orelse=[]):
                self.loop(node)
            case ast.FunctionDef(name=name, args=arguments, decorator_list=[]) if only_plain(arguments):
                self.functions[name] = node
            case ast.Expr(value=ast.Call(func=ast.Name(id=name), args=[], keywords=[])) if (
                name in self.functions
            ):
                self.procedure(node, self.functions[name])
            case _ if not quiet(node):
                raise self.wrong(node, "expected an assignment, a plain function, one loop or a print")

    def imported(self, node: ast.Import | ast.ImportFrom) -> None:
        """Note what modules and functions are called from here on."""
        module = node.module if isinstance(node, ast.ImportFrom) else None
        modules = [module] if module else [alias.name for alias in node.names]
        if not {*modules} <= {*MODULES, "__future__"}:
            raise self.wrong(node, "expected only math and numpy to be imported")
        if module:
            self.short.update({alias.asname or alias.name: alias.name for alias in node.names})
        else:
            self.modules.update(alias.asname or alias.name for alias in node.names)

    def loop(self, node: ast.For | ast.While) -> None:
        """Read the body of the loop: one pass."""
        if self.end is not None:
            raise self.wrong(node, "expected one loop and none in it, got a second one")
        self.end = len(self.lines)
        self.body(node.body)
        self.end = len(self.lines)

    def procedure(self, node: ast.stmt, function: ast.FunctionDef) -> None:
        """Read the body of a function that is called for what it does, as if it stood there."""
        arguments, name = function.args, function.name
        if name in self.called or len(arguments.defaults) < len(arguments.args):
            raise self.wrong(node, f"expected {name} to be called once, and to need no arguments")
        self.called.add(name)
        for argument, value in zip(arguments.args, arguments.defaults, strict=True):
            self.assign(function, ast.Name(argument.arg), self.value(function, value))
        *body, last = function.body
        self.body(body if isinstance(last, ast.Return) else [*body, last])

    def assign(self, node: ast.stmt, target: ast.expr, value: ast.expr) -> None:
        """Add a line, under a name that no other line has."""
        if not isinstance(target, ast.Name):
            what = ARRAYS if isinstance(target, ast.Subscript) else "expected a name, got"
            raise self.wrong(node, f"{what} {self.source(target)}")
        name = target.id if target.id not in self.taken else f"{target.id}@{node.lineno}"
        while name in self.taken:
            name += "'"
        self.taken.add(name)
        source = " ".join("".join(self.rows[node.lineno - 1 : node.end_lineno]).split())
        if isinstance(node, ast.FunctionDef | ast.For):
            source = " ".join(self.rows[node.lineno - 1].split())
        self.lines.append(Line(name, value, f"line {node.lineno}", source))
        self.scope[target.id] = ast.Name(name)


def only_plain(arguments: ast.arguments) -> bool:
    """Say whether a function has no arguments but plain ones, with defaults or without."""
    others = (
        arguments.posonlyargs,
        arguments.vararg,
        arguments.kwonlyargs,
        arguments.kw_defaults,
        arguments.kwarg,
    )
    return not any(others)


def quiet(node: ast.stmt) -> bool:
    """Say whether a statement calculates nothing."""
    match node:
        case ast.If(body=body, orelse=other):
            return all(map(quiet, (*body, *other)))
        case ast.Expr(value=ast.Constant() | ast.Call(func=ast.Name(id="print"))):
            return True
    return isinstance(node, ast.Pass | ast.Global | ast.Break)


def bare(name: str) -> str:
    """Return the script's own name."""
    return name.split("@")[0].rstrip("'")
