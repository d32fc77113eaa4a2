r"""Somebody's own backpropagation script against the sweep: which line is wrong, and how it would be right.

The script is parsed, never executed. One pass of it is read as a `bplit.listing.Listing`, in which a name
that is assigned again is another name: ``w5@34`` is w5 from line 34 on. What is told has the script's names.

>>> text = "x = w = 2\nb = 1\nE = (w * x + b) ** 2 / 2\ndw = (w * x + b) * w\nw -= 0.1 * dw"
>>> print(check(parsed(text, "mine.py")))
mine.py: 1 error in 1 partial and 1 update, at 100 random networks
line 4: dw uses w, the sweep says x (invisible at your numbers, since x = w)
    dw = (w * x + b) * w
line 3: remark: b is never updated: the bias stays as it is
    E = (w * x + b) ** 2 / 2
"""

import ast
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice, pairwise
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from bplit.calculus import times
from bplit.given import shorter, shown, wrong
from bplit.line import KNOWN, OPERATORS, Line, Value, calculated, replaced
from bplit.line import names as names_in
from bplit.listing import Listing, Sweep
from bplit.reading import DEPTH, LENGTH, PARTS, allowed, split_rows
from bplit.reading import statements_of as statements
from workings.check.stated import DRAWS, Finding, close, contradictions, terms
from workings.net.files import text_of

STATEMENTS, WRITTEN = 1000, 50_000  # of a script: its statements, and the parts of all its lines
HALVINGS, SATURATED = 10, 6  # how often a draw is halved, and up to which net input it is not
MODULES = ("math", "numpy")
ARITHMETIC = "expected only names, numbers, + - * / ** and functions, got"
ARRAYS = "arrays are not read: expected a line for every number, got"
BINARY = {"add": ast.Add, "subtract": ast.Sub, "multiply": ast.Mult, "divide": ast.Div}
ARRAY = {"array", "dot", "matmul", "zeros", "ones", "sum", "mean", "T", "outer", "shape", "reshape"}

# What a loss may be called, the first one that there is; what partials and new values may be called.
LOSSES = "E_total total_loss total_error total_cost loss_total lost loss cost J E L C".split()
LOSSES += "mse MSE sse SSE error".split()
FRONTS = "diff_ grad_ gradient_ partial_ delta_ d_ d g_ g".split()
BACKS = "_grad _gradient _diff _delta".split()
NEW = "update_{} updated_{} new_{} next_{} {}_new {}_updated {}_update {}_next".split()
TOKEN = re.compile(r"(?<![A-Za-z])(net|in|z|sum|delta)(?![A-Za-z])|_")  # o_delta_1, o_in_1, net_o1: all of o1


class Script(NamedTuple):
    """One pass of a script: its listing, its own numbers, its loss, and what its lines state.

    ``means`` says which line states the partial by which name, ``updates`` what the new value of which
    input is called, and ``rest`` is the first line after the pass, if it calculates anything there.
    """

    name: str
    listing: Listing
    given: dict[str, float]
    of: str
    means: dict[str, str]
    updates: dict[str, str]
    rest: Line | None


class Note(NamedTuple):
    """What is told of a line: an error, or a remark. Each text in ``instead`` is a change that mends it.

    The kind is partial, factor, order, sign, rate, other (another weight's partial), frozen or rest.
    """

    line: int
    source: str
    kind: str
    says: str
    error: bool = True
    instead: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"line {self.line}: {'' if self.error else 'remark: '}{self.says}\n    {self.source}"


class Report(NamedTuple):
    """What the check of a script tells: errors before remarks, in the order of the lines."""

    script: str
    findings: tuple[Note, ...]
    partials: int
    updates: int

    def __str__(self) -> str:
        errors = sum(note.error for note in self.findings)
        count = f"{counted(self.partials, 'partial')} and {counted(self.updates, 'update')}"
        head = f"{counted(errors, 'error')} in {count}" if errors else f"no error in {count}"
        return "\n".join([f"{self.script}: {head}, at {DRAWS} random networks", *map(str, self.findings)])

    @property
    def right(self) -> bool:
        """Whether there is no error."""
        return not any(note.error for note in self.findings)

    @property
    def record(self) -> dict[str, Any]:
        """The report in plain dicts, lists, texts and numbers, as JSON has them."""
        findings = [{**note._asdict(), "instead": list(note.instead)} for note in self.findings]
        return {"right": self.right, **self._asdict(), "findings": findings, "networks": DRAWS}


def read(file: str | Path, of: str | None = None, means: Mapping[str, str] | None = None) -> Script:
    """Return what a script calculates in one pass. Nothing of it is executed.

    Arguments and errors as `parsed`; ValueError also if the file cannot be read.
    """
    return parsed(text_of(file), str(file), of, means)


def parsed(text: str, name: str, of: str | None = None, means: Mapping[str, str] | None = None) -> Script:
    """Return what the text of a script calculates in one pass; name is what errors call the file.

    of is the loss, means says which of its names state the partial by which: what is left out goes by
    common names, as E and dE_dw5.

    Raises ValueError, with the line, for anything but assignments of arithmetic, functions of one
    return, one loop and what prints, and if there is no loss, or neither a partial nor an update.

    >>> parsed("import os", "mine.py")
    Traceback (most recent call last):
    ValueError: mine.py, line 1: expected only math and numpy to be imported: import os
    """
    if len(text) > LENGTH:
        raise ValueError(f"{name}: expected up to {LENGTH} characters, got more")
    try:
        reader = Reader(text)
        reader.read()
        return understood(name, *reader.divided(), of, means or {})
    except ValueError as error:
        raise located(name, error) from None


def located(name: str, error: ValueError) -> ValueError:
    """Return an error that says in which file it is."""
    what = str(error).removeprefix("text: ").removeprefix("listing: ")
    return ValueError(printable(f"{name}, {what}" if what.startswith("line ") else f"{name}: {what}"))


def printable(text: str) -> str:
    r"""Return a text in which what a terminal would obey, or not show, is written as in Python.

    >>> print(printable("x = 1 # \x1b[2J"))
    x = 1 # \x1b[2J
    """
    return "".join(letter if letter.isprintable() else ascii(letter)[1:-1] for letter in text)


class Reader:
    """Reads statements into the lines of one pass; the scope says what each name stands for by now."""

    def __init__(self, text: str) -> None:
        self.text, self.rows = text, split_rows(text)
        self.scope: dict[str, ast.expr] = {}
        self.lines: list[Line] = []
        self.taken = {*KNOWN}
        self.functions: dict[str, ast.FunctionDef] = {}
        self.called: set[str] = set()
        self.active: list[str] = []  # the functions that are being written out
        self.short = {name: name for name in KNOWN} | {"pow": "pow", "max": "maximum"}
        self.modules = {"np", *MODULES}
        self.count = self.size = 0
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

    def wrong(self, node: ast.stmt | ast.expr, what: str) -> ValueError:
        """Return an error that names the line of a node and shows it."""
        return wrong(f"line {node.lineno}", what, self.rows[node.lineno - 1])

    def source(self, node: ast.expr) -> str:
        """Return a node as the text has it."""
        return shorter(" ".join((ast.get_source_segment(self.text, node) or type(node).__name__).split()))

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
                plain(arguments)
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
            case ast.FunctionDef(name=name, args=arguments, decorator_list=[]) if plain(arguments):
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

    def value(
        self, node: ast.stmt, expression: ast.expr, scope: Mapping[str, ast.expr] | None = None
    ) -> ast.expr:
        """Return an expression of a statement in the names and functions of a listing."""
        try:
            found = self.arithmetic(expression, self.scope if scope is None else scope, DEPTH)
            return allowed(found, DEPTH)
        except ValueError as error:
            raise self.wrong(node, str(error)) from None

    def arithmetic(self, node: ast.expr, scope: Mapping[str, ast.expr], depth: int) -> ast.expr:
        """Return an expression with the names of the scope, and with the script's functions written out."""
        self.size += 1
        if depth == 0 or self.size > WRITTEN:
            raise ValueError(f"expected up to {DEPTH} operations in each other, and {WRITTEN} in all")
        match node:
            case ast.Name(id=name):
                if name not in scope:
                    raise ValueError(f"{name} is used before it is assigned")
                return scope[name]
            case ast.Constant(value=int() | float()):
                return node
            case ast.UnaryOp(op=ast.UAdd() | ast.USub() as op, operand=operand):
                inner = self.arithmetic(operand, scope, depth - 1)
                return ast.UnaryOp(op, inner) if isinstance(op, ast.USub) else inner
            case ast.BinOp(left=ast.Attribute(attr="e"), op=ast.Pow(), right=right):
                return ast.Call(ast.Name("exp"), [self.arithmetic(right, scope, depth - 1)], [])
            case ast.BinOp(left=left, op=op, right=right) if type(op) in OPERATORS:
                one, other = (self.arithmetic(part, scope, depth - 1) for part in (left, right))
                return ast.BinOp(one, op, other)
            case ast.Compare(left=left, ops=[ast.Gt() | ast.GtE()], comparators=[right]):
                return self.gate(left, right, scope, depth)
            case ast.Compare(left=left, ops=[ast.Lt() | ast.LtE()], comparators=[right]):
                return self.gate(right, left, scope, depth)
            case ast.IfExp(test=ast.Compare() as test, body=body, orelse=other):
                return chosen(*(self.arithmetic(part, scope, depth - 1) for part in (test, body, other)))
            case ast.Call(func=ast.Attribute(attr="where"), args=[ast.Compare() as test, body, other]):
                return self.arithmetic(ast.IfExp(test, body, other), scope, depth - 1)
            case ast.Call(func=function, args=arguments, keywords=[]):
                given = [self.arithmetic(part, scope, depth - 1) for part in arguments]
                return self.call(node, function, given, depth)
            case ast.BinOp(op=ast.MatMult()) | ast.List() | ast.Subscript() | ast.Attribute(attr="T"):
                raise ValueError(f"{ARRAYS} {self.source(node)}")
        raise ValueError(f"{ARITHMETIC} {self.source(node)}")

    def gate(self, above: ast.expr, below: ast.expr, scope: Mapping[str, ast.expr], depth: int) -> ast.expr:
        """Return 1 if one expression is above another, otherwise 0."""
        found = self.arithmetic(ast.BinOp(above, ast.Sub(), below), scope, depth - 1)
        match found:
            case ast.BinOp(left=left, right=ast.Constant(value=0)):
                found = left
            case ast.BinOp(left=ast.Constant(value=0), right=right):
                found = ast.UnaryOp(ast.USub(), right)
        return ast.Call(ast.Name("step"), [found], [])

    def call(self, node: ast.expr, function: ast.expr, given: list[ast.expr], depth: int) -> ast.expr:
        """Return what a function gives, in names and functions of a listing."""
        match function:
            case ast.Name(id=name) if name in self.functions:
                found = self.inlined(self.functions[name], given, depth)
                if sum(isinstance(part, ast.expr) for part in islice(ast.walk(found), 4 * PARTS)) > PARTS:
                    raise ValueError(f"written out, {name} has more than {PARTS} parts")
                return found
            case ast.Name(id=name):
                called = self.short.get(name, name)
            case ast.Attribute(value=ast.Name(id=module), attr=called) if module in self.modules:
                pass
            case _:
                called = ""
        match called, given:
            case (("pow" | "power"), [base, power]):
                return ast.BinOp(base, ast.Pow(), power)
            case (("float" | "float64"), [base]):
                return base
            case _, [one, other] if called in BINARY and isinstance(function, ast.Attribute):
                return ast.BinOp(one, BINARY[called](), other)
            case "square", [base]:
                return ast.BinOp(base, ast.Pow(), ast.Constant(2))
            case "maximum", [ast.Constant(value=0), base] | [base, ast.Constant(value=0)]:
                return ast.Call(ast.Name("relu"), [base], [])
            case _ if called in KNOWN:
                return ast.Call(ast.Name(called), given, [])
        if called in ARRAY or (isinstance(function, ast.Attribute) and function.attr in ARRAY):
            raise ValueError(f"{ARRAYS} {self.source(node)}")
        raise ValueError(f"unknown function {self.source(function)}, known are {', '.join(KNOWN)}")

    def inlined(self, function: ast.FunctionDef, given: list[ast.expr], depth: int) -> ast.expr:
        """Return what a function of the script returns, written out."""
        name, names, defaults = function.name, function.args.args, function.args.defaults
        if name in self.active:
            raise ValueError(f"{name} calls itself")
        if not len(names) - len(defaults) <= len(given) <= len(names):
            raise ValueError(f"{name} takes {counted(len(names), 'argument')}, got {len(given)}")
        self.called.add(name)
        self.active.append(name)
        spare = defaults[len(defaults) - (len(names) - len(given)) :] if len(given) < len(names) else []
        found = [*given, *(self.arithmetic(part, self.scope, depth - 1) for part in spare)]
        scope = {**self.scope, **{a.arg: value for a, value in zip(names, found, strict=True)}}
        *body, last = function.body
        match [*body[-1:], last]:  # a return for numbers above 0, and one for the others
            case [
                *_,
                ast.If(
                    test=test,
                    body=[ast.Return(value=ast.expr() as yes)],
                    orelse=[ast.Return(value=ast.expr() as no)],
                ),
            ]:
                last = ast.Return(ast.IfExp(test, yes, no))
            case [
                ast.If(test=test, body=[ast.Return(value=ast.expr() as yes)], orelse=[]),
                ast.Return(value=ast.expr() as no),
            ]:
                body, last = body[:-1], ast.Return(ast.IfExp(test, yes, no))
        for part in (*body, last):
            match part:
                case ast.Expr(value=ast.Constant()) | ast.Pass():
                    pass
                case ast.Assign(targets=[ast.Name(id=local)], value=expression):
                    scope[local] = self.arithmetic(expression, scope, depth - 1)
                case ast.Return(value=ast.expr() as expression) if part is last:
                    result = self.arithmetic(expression, scope, depth - 1)
                    self.active.pop()
                    return result
                case _:
                    break
        raise ValueError(f"{name} is not a function of assignments and one return of arithmetic")


def chosen(gate: ast.expr, above: ast.expr, other: ast.expr) -> ast.expr:
    """Return one expression where a gate is 1 and another where it is 0."""
    match gate, other:
        case ast.Call(args=[inner]), ast.Constant(value=0):
            if ast.unparse(above) == ast.unparse(inner):
                return ast.Call(ast.Name("relu"), [inner], [])
            return gate if ast.unparse(above) in {"1", "1.0"} else times(above, gate)
    closed = ast.BinOp(ast.Constant(1), ast.Sub(), gate)
    return ast.BinOp(times(above, gate), ast.Add(), times(other, closed))


def plain(arguments: ast.arguments) -> bool:
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


def understood(
    name: str,
    listing: Listing,
    given: dict[str, float],
    rest: Line | None,
    of: str | None,
    named: Mapping[str, str],
) -> Script:
    """Return a script with what its names mean."""
    called = {bare(line) for line in listing.names}
    if of is not None and of not in called:
        raise ValueError(f"of: expected a name that the script assigns, got {shown(of)}")
    differences = [bare(line.name) for line in listing.lines if is_difference(line, listing)]
    found = [loss for loss in ([of] if of else LOSSES) if loss in called and (of or loss not in differences)]
    if not found:
        some = (
            f"{loss}, a difference (E = {loss} ** 2 / 2 is a loss)" for loss in LOSSES if loss in differences
        )
        got = next(some, "none")
        raise ValueError(
            f"expected a loss called {', '.join(LOSSES)}, or its name (--loss NAME, or of=NAME), got {got}"
        )
    loss, *more = (line.name for line in listing.lines if bare(line.name) == found[0])
    for version in more:  # a sum goes on, but not over an update; a second pass does not rest on the first
        before, inner = listing.needed(loss), listing.needed(version)
        known = {bare(line) for line in before if line in listing.inputs}
        if any(bare(line) in known for line in inner - before if line in listing.names):
            break
        loss = version if loss in listing.line(version).uses else loss
    listing = netted(listing, loss)
    forward = listing.needed(loss)
    weights = {bare(line): line for line in listing.inputs if line in forward}
    later = {bare(line.name): line.name for line in listing.lines if line.name not in forward}
    again = {bare(line) for line in forward if line in listing.names and line != loss}
    moved = {line for line in listing.names if line not in forward and bare(line) in weights}
    for place, part in enumerate(listing.lines):
        if part.name not in moved and moved & {*part.uses}:
            moved.add(part.name)
            if bare(part.name) in again and part.name not in forward:
                rest, listing = part, Listing(listing.lines[:place])
                later = {bare(line): line for line in listing.names if line not in forward}
                break
    updates = {}
    for weight, line in weights.items():
        new = [later[text] for text in (weight, *(form.format(weight) for form in NEW)) if text in later]
        if new:
            updates[line] = new[0]
    quantities = {bare(line): line for line in listing.inputs}
    quantities |= {bare(line): line for line in (*listing.inputs, *listing.names) if line in forward}
    for text, by in named.items():
        if text not in later or by not in quantities:
            unknown = shown(text if by in quantities else by)
            raise ValueError(f"means: expected names of the script, got {unknown}")
    means = {later[text]: quantities[by] for text, by in named.items()}
    values = listing.run(draws(listing, loss, given))
    sweep = listing.sweep(values, loss)
    sizes = terms(sweep)
    open_to = {}
    for text, line in later.items():
        if line not in means and line not in updates.values():
            choice = list(candidates(text, bare(loss), quantities, listing))
            fits = [by for by, _ in choice if factor(values[line], sweep.partials[by], sizes[by]) is not None]
            if not any(is_slope(values[line], sweep, by) for by, _ in choice):
                fits += [by for by, sure in choice if sure]
                if len(choice) > bool(fits):
                    open_to[line] = [by for by, _ in choice]
            if fits:
                means[line] = fits[0]
    ends = [end for end, by in means.items() if by in listing.inputs]
    reach = {end: listing.needed(end) for end in (*ends, *updates.values())} if open_to else {}
    for line in open_to:
        means |= explaining(listing, line, open_to[line], means, updates, values, sweep, reach)
    if not means and not updates:
        what = "expected partials called dw1, diff_w1, dE_dw1 or the like, or updates"
        raise ValueError(f"{what}, or what states them (--means dw1=w1, or means=...), got none")
    means = {line: means[line] for line in listing.names if line in means}
    return Script(name, listing, given, loss, means, updates, rest)


def is_difference(line: Line, listing: Listing) -> bool:
    """Say whether a line is an output minus its target: many call that the error, but it is no loss."""
    match line.expression:
        case ast.BinOp(left=ast.Name(id=one), op=ast.Sub(), right=ast.Name(id=other)):
            return bool({one, other} & {*listing.inputs})
    return False


def netted(listing: Listing, of: str) -> Listing:
    r"""Return a listing in which a unit's net input is a line of its own: ``h@net`` is that of h.

    >>> text = "h = 1 / (1 + exp(-w * x))\nE = h ** 2"
    >>> for line in netted(Listing.read(text), "E").lines:
    ...     print(line.name, "is", ast.unparse(line.expression))
    h@net is w * x
    h is 1 / (1 + exp(-h@net))
    E is h ** 2
    """
    forward, lines = listing.needed(of), []
    for line in listing.lines:
        calls = [part for part in ast.walk(line.expression) if isinstance(part, ast.Call)]
        inner, _ = unsigned(calls[0].args[0]) if calls and line.name in forward else (None, False)
        if inner and not isinstance(inner, ast.Name):
            net = f"{line.name}@net"
            outer = with_name(line.expression, ast.unparse(inner), net)
            if {*names_in(outer)} == {net}:
                lines.append(line._replace(name=net, expression=inner))
                line = line._replace(expression=outer)
        lines.append(line)
    return Listing(tuple(lines))


def unsigned(node: ast.expr) -> tuple[ast.expr, bool]:
    """Return an expression without the minus that it begins with, and whether it began with one."""
    match node:
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return operand, True
        case ast.BinOp(left=left, op=ast.Mult() | ast.Div() as op, right=right):
            inner, minus = unsigned(left)
            return ast.BinOp(inner, op, right), minus
    return node, False


def with_name(node: ast.expr, text: str, name: str) -> ast.expr:
    """Return an expression with a name in place of the parts that have a text, or minus it."""
    inner, minus = unsigned(node)
    if ast.unparse(inner) == text:
        return ast.UnaryOp(ast.USub(), ast.Name(name)) if minus else ast.Name(name)
    match node:
        case ast.UnaryOp(op=op, operand=operand):
            return ast.UnaryOp(op, with_name(operand, text, name))
        case ast.BinOp(left=left, op=operator, right=right):
            return ast.BinOp(with_name(left, text, name), operator, with_name(right, text, name))
        case ast.Call(func=function, args=[argument]):
            return ast.Call(function, [with_name(argument, text, name)], [])
    return node


def explaining(
    listing: Listing,
    line: str,
    choice: Iterable[str],
    means: Mapping[str, str],
    updates: Mapping[str, str],
    values: Mapping[str, Value],
    sweep: Sweep,
    reach: Mapping[str, set[str]],
) -> dict[str, str]:
    """Return by which quantity a line must state the partial so that most of what uses it is right.

    Nothing if nothing becomes right: then the line is a helper, and states nothing itself.
    """
    users = {weight: new for weight, new in updates.items() if line in reach[new]}
    stated = {end: by for end, by in means.items() if line in reach.get(end, ()) and end != line}
    stated = {end: by for end, by in stated.items() if end not in users.values()}
    cut = Listing(tuple(part for part in listing.lines if part.name != line))
    sizes = terms(sweep)

    def right(at: Mapping[str, Value]) -> int:
        found = [factor(at[end], sweep.partials[by], sizes[by]) for end, by in stated.items()]
        found += [factor(at[by] - at[new], sweep.partials[by], sizes[by]) for by, new in users.items()]
        return sum(one is not None for one in found)

    best, most = dict[str, str](), right(values)
    for by in choice if most < len(stated) + len(users) else ():
        for sign in (1, -1):
            given = {name: values[name] for name in cut.inputs}
            count = right(cut.run(given | {line: sign * sweep.partials[by]})) if line in cut.inputs else 0
            if count > most:
                best, most = {line: by}, count
    return best


def bare(name: str) -> str:
    """Return the script's own name."""
    return name.split("@")[0].rstrip("'")


def candidates(
    name: str, loss: str, quantities: Mapping[str, str], listing: Listing
) -> Iterator[tuple[str, bool]]:
    r"""Go through what a name may state the partial by, and say whether it may without its value agreeing.

    >>> text = "net_o1 = w5 * h\no1 = tanh(net_o1)\nE = o1 ** 2"
    >>> names = {name: name for name in ("w5", "net_o1", "o1")}
    >>> for name in ("dE_dw5", "delta_o1", "d_o1"):
    ...     print(*candidates(name, "E", names, Listing.read(text)))
    ('w5', True)
    ('net_o1', True) ('o1', False)
    ('o1', False) ('net_o1', False)
    """
    fronts = [front for front in FRONTS if name.startswith(front)]
    for word in {loss, *LOSSES}:
        fronts += [front for front in (f"d{word}_d", f"d_{word}_d", f"d{word}d") if name.startswith(front)]
    said = any(front == "diff_" or front[1:].endswith("d") for front in fronts)  # as in dE_dout
    texts = [name.removeprefix(front) for front in sorted(fronts, key=len, reverse=True)]
    texts += [name.removesuffix(back) for back in BACKS if name.endswith(back)]
    texts += [text[1:] for text in texts if text.startswith("_")]
    exact = [quantities[text] for text in texts if text in quantities]
    delta = "delta" in name
    keys = {TOKEN.sub("", text) for text in (*texts, *[name] * delta)} - {""}
    lines = [line for line in quantities.values() if line in listing.names]
    near = [line for line in lines if line not in exact and TOKEN.sub("", bare(line)) in keys]
    uses = [listing.line(line).uses for line in (*exact, *near) if line in lines]
    near += [inner for inner, *more in uses if not more and inner in listing.names]
    order = near + exact if delta and not {*exact} & {*listing.inputs} else exact + near
    for place, line in enumerate(dict.fromkeys(order)):
        sure = place == 0 and (line in exact) != (delta and line in lines)
        yield line, sure and (said or line not in lines or not squashed(listing.line(line)))


def squashed(line: Line) -> bool:
    """Say whether a line is the output of a unit: then a partial called after it may be by its net input."""
    return any(isinstance(part, ast.Call) for part in ast.walk(line.expression))


def draws(listing: Listing, of: str, own: Mapping[str, float]) -> dict[str, Value]:
    """Return random numbers for the inputs: many where they lead to the loss, elsewhere one, as for a rate.

    Half of the many are below 0, so that a slope of 0 there is seen, unless a line has no value there.
    They are so small that no unit is saturated, and targets whose own numbers add up to 1 do so too.
    """
    random, size = np.random.default_rng(0), 2 / max(4, len(listing.inputs)) ** 0.5
    forward = listing.needed(of)
    above = {
        name: random.uniform(0.1, 1.9, DRAWS if name in forward else None) * size for name in listing.inputs
    }
    signs = {name: random.choice([-1, 1], DRAWS) for name in above if name in forward}
    mixed = {name: value * signs.get(name, 1) for name, value in above.items()}
    for shrink in (1.0, 0.1, 0.01):
        for given in (mixed, above):
            try:
                small = {name: value * shrink if name in forward else value for name, value in given.items()}
                found = adding_up(unsaturated(listing, forward, small), listing, of, own)
                listing.sweep(listing.run(found), of)
                return found
            except ValueError:
                continue
    return above


def unsaturated(listing: Listing, forward: set[str], given: dict[str, Value]) -> dict[str, Value]:
    """Return given numbers, smaller where 1 minus the output of a unit would have lost its digits."""
    for _ in range(HALVINGS):
        values, hot = listing.run(given), np.zeros(DRAWS, dtype=bool)
        for line in listing.lines:
            for part in ast.walk(line.expression):
                match part:
                    case ast.Call(func=ast.Name(id="exp" | "sigmoid" | "tanh"), args=[inner]):
                        if line.name in forward:
                            hot = hot | (np.abs(calculated(line, inner, values)) > SATURATED)
        if not hot.any():
            break
        given = {name: np.where(hot, v / 2, v) if name in forward else v for name, v in given.items()}
    return given


def adding_up(
    given: dict[str, Value], listing: Listing, of: str, own: Mapping[str, float]
) -> dict[str, Value]:
    """Return given numbers with targets that add up to 1 if their own numbers do, as of softmax.

    Those that do not even lead to the loss, which has the logarithm of the right output only, stay as
    they are.
    """
    needed = listing.needed(of)
    forward = [line for line in listing.lines if line.name in needed]
    logs = {line.name for line in forward if "log(" in ast.unparse(line.expression)}
    ends = logs | {line.name for line in forward if bare(line.name) == bare(of)}
    users = {name: {line.name for line in forward if name in line.uses} for name in given}
    targets = [name for name, lines in users.items() if lines and lines <= ends]
    idle = [name for name, lines in users.items() if not lines and own[name] in (0, 1)]
    if logs and len(targets) > 1 and same(sum(own[name] for name in targets), 1):
        total = sum(abs(given[name]) for name in targets)
        given = given | {name: abs(given[name]) / total for name in targets}
    if logs and len(idle) > 1 and sum(own[name] for name in idle) == 1:
        given = given | {name: own[name] for name in idle}
    return given


def factor(value: Value, partial: Value, size: Value) -> float | None:
    """Return how many times a partial a value is, if it is so everywhere, or None; size is as for `close`."""
    value, partial = np.broadcast_arrays(value, partial)
    square = float(np.sum(partial * partial))
    times = float(np.sum(value * partial)) / square if square else 0.0
    return times if times and close(value, times * partial, abs(times) * size) else None


def is_slope(value: Value, sweep: Sweep, by: str) -> bool:
    """Say whether a value is the slope of a line alone, as dout = out * (1 - out)."""
    return any(close(value, slope, 0.0) for (line, _), slope in sweep.local.items() if line == by)


def same(a: float | None, b: float | None) -> bool:
    """Say whether two factors are equal."""
    return a is not None and b is not None and abs(a - b) <= 1e-6 * max(abs(a), abs(b))


def usual(factors: Iterable[float | None], wanted: float = 1.0) -> float:
    """Return the wanted factor, or one that most have: 2 only if none is as wanted, 1 if most known ones are.

    >>> usual([2, 2, None]), usual([2, 1, 2]), usual([-1, 1, -1]), usual([None, 1, None], wanted=-1)
    (2, 1.0, -1, 1)
    """
    found = [*factors]
    known = [one for one in found if one is not None]
    for one in known:
        most = 2 * sum(same(one, other) for other in known) > len(known if same(one, 1) else found)
        if most and (same(one, -wanted) or not any(same(wanted, other) for other in known)):
            return one
    return wanted


class Step(NamedTuple):
    """What an update does: minus how many times the partial it adds, and whose it takes instead."""

    weight: str
    new: str
    times: float | None
    inline: bool
    others: tuple[str, ...]
    moves: tuple[str, ...]  # the lines that each do so, if there are several


def steps(
    updates: Mapping[str, str],
    listing: Listing,
    means: Mapping[str, str],
    values: Mapping[str, Value],
    sweep: Sweep,
    c: float,
) -> list[Step]:
    """Return what the updates do, if every stated partial is c times the right one."""
    cut = Listing(tuple(line for line in listing.lines if line.name not in means))
    right = {line: c * sweep.partials[by] for line, by in means.items()}
    at = cut.run({name: right.get(name, values[name]) for name in cut.inputs})
    found, sizes = [], terms(sweep)
    for weight, new in updates.items():
        needed = cut.needed(new)
        own = [line for line, by in means.items() if by == weight and line in needed]
        others = [line for line, by in means.items() if line in needed and by in {*updates} - {weight}]
        if own:
            slopes = cut.sweep(at, new).partials
            rates = -sum((slopes[line] for line in own), np.zeros(DRAWS))
            times = float(rates[0] * np.sign(c)) if np.ptp(rates) <= 1e-9 * abs(rates[0]) else None
            bases = [name for name in updates if name in needed and name != weight]
            others += bases + [f"no {weight}"] * (weight not in needed)
        else:
            times = factor(at[weight] - at[new], sweep.partials[weight], sizes[weight])
            times = None if times is None else times / abs(c)
            others = [] if times is not None else others
        called = {bare(weight), *(form.format(bare(weight)) for form in NEW)}
        chain = [weight, *(line for line in cut.names if bare(line) in called)]
        moves = [
            line
            for before, line in pairwise(chain)
            if factor(at[line] - at[before], sweep.partials[weight], sizes[weight]) is not None
        ]
        found.append(Step(weight, new, times, not own, tuple(others), tuple(moves)))
    return found


def check(script: Script) -> Report:
    """Compare what a script states with the sweep of its forward lines, at random networks and at its own."""
    try:
        return compared(script)
    except ValueError as error:  # a line without a value, or without a slope
        raise located(script.name, error) from None


def compared(script: Script) -> Report:
    """Return the report on a script."""
    listing, notes = ordered(script)
    of, updates = script.of, script.updates
    given = draws(listing, of, script.given)
    values = listing.run(given)
    sweep = listing.sweep(values, of)
    sizes = terms(sweep)
    forward = listing.needed(of)
    spare = [name for name in listing.inputs if name not in forward]
    shares = {line: factor(values[line], sweep.partials[by], sizes[by]) for line, by in script.means.items()}
    means = {
        line: by for line, by in script.means.items() if not is_helper(line, script, shares, values, sweep)
    }
    shares = {line: shares[line] for line in means}
    leaves = [line for line, by in means.items() if by in listing.inputs]
    ahead = [step.times for step in steps(updates, listing, means, values, sweep, 1.0)]
    wanted = -1.0 if 2 * sum((size or 0) < 0 for size in ahead) > len(ahead) else 1.0
    c = usual((shares[line] for line in leaves or means), wanted)
    drawn = {name for name in spare if given[name] != script.given[name]}
    rating = [line for line in leaves if listing.needed(line) & drawn]
    if leaves and updates:
        whole = [step for step in steps(updates, listing, means, values, sweep, c) if not step.inline]
        literal = not same(abs(c), 1) and whole and all(same(abs(step.times or 0), 1) for step in whole)
        if literal or 2 * len(rating) > len(leaves):  # they are steps, with the rate in them, no partials
            means = {line: by for line, by in means.items() if line not in leaves}
            leaves = []
            c = usual((shares[line] for line in means), wanted)
    taken = steps(updates, listing, means, values, sweep, c)
    if c < 0 and taken and 2 * sum((step.times or 0) > 0 for step in taken) <= len(taken):
        if len(contradictions(listing, of, means, given=given, updates={})) > 1:
            says = f"all partials are minus those of {bare(of)}, and the updates take them away: they climb"
            first = next((line for line in means if same(shares[line], c)), next(iter(means)))
            notes.append(note(listing.line(first), "sign", says))
            taken = [step._replace(times=None if step.times is None else -step.times) for step in taken]
        else:  # one line has the wrong sign, and the others have it from there
            c = -c
            taken = steps(updates, listing, means, values, sweep, c)
    inner = [line for line in means if line not in leaves]
    size = usual((shares[line] for line in inner), c)
    right = all(same(shares[line], c) for line in leaves)
    if leaves and not same(size if right else abs(size), c if right else abs(c)):
        means = {line: by for line, by in means.items() if line in leaves}  # a sum before its mean, or minus
    if not same(abs(c), 1) and means:
        notes.append(told_factor(listing, of, c, means, shares))
    if c < 0 and not updates:
        says = f"the partials are minus those of {bare(of)}: right if the updates add them"
        notes.append(note(listing.line(next(iter(means))), "sign", says, False))
    taken, apart = judged(listing, of, taken)
    notes += apart
    base = rate(taken, given, spare)
    notes += told_steps(listing, taken, base, means, {name: given[name] for name in spare})
    wrong = {
        step.new: step.weight for step in taken if step.inline and step.times is None and not step.others
    }
    if not same(c, 1):
        scaled = Line(f"{of}@", times(ast.Constant(c), ast.Name(of)), "", "")
        listing, of = Listing((*listing.lines, scaled)), scaled.name
    found = contradictions(listing, of, means, base * float(np.sign(c)), given, wrong)
    notes += told(script, listing, of, means, base, c, wrong, found)
    notes += frozen(script, means)
    if script.rest:
        notes.append(note(script.rest, "rest", "from here on nothing is checked: the pass is over", False))
    notes.sort(key=lambda part: (not part.error, part.line))
    return Report(script.name, tuple(dict.fromkeys(notes)), len(means), len(updates))


def is_helper(
    name: str,
    script: Script,
    shares: Mapping[str, float | None],
    values: Mapping[str, Value],
    sweep: Sweep,
) -> bool:
    """Say whether a line does not state what its name says: of a target dy may be the difference.

    Nor does one that is no partial, although a partial or an update by a weight is right that uses it.
    """
    listing, by = script.listing, script.means[name]
    if script.updates and by in listing.inputs and by not in script.updates and not same(shares[name], 1):
        return any(name in line.uses for line in listing.lines)
    if shares[name]:
        return False
    sizes = terms(sweep)
    moves = {new: values[weight] - values[new] for weight, new in script.updates.items()}
    ends = {line: by for line, by in script.means.items() if by in listing.inputs and line != name}
    ends |= {new: weight for weight, new in script.updates.items()}
    return any(
        factor(moves.get(end, values[end]), sweep.partials[by], sizes[by])
        for end, by in ends.items()
        if name in listing.needed(end)
    )


def judged(listing: Listing, of: str, taken: Iterable[Step]) -> tuple[list[Step], list[Note]]:
    """Return the steps that can be compared with each other, and what is told of the others."""
    found, notes = [], []
    for step in taken:
        name = bare(step.weight)
        if len(step.moves) > 1:
            first, second, *more = (listing.line(line) for line in step.moves)
            count = f"{len(more) + 2} times in one pass, first" if more else "twice in one pass,"
            says = f"{name} is updated {count} in {first.place} and {second.place}"
            notes.append(note(second, "rate", says))
        elif step.times is None and not step.others and rooted(listing, of, step.new):
            says = f"the step of {name} has a root or a power in it: such a step is not judged"
            notes.append(note(listing.line(step.new), "rate", says, False))
        else:
            found.append(step)
    return found, notes


def rooted(listing: Listing, of: str, new: str) -> bool:
    """Say whether an update has a root or a fractional power in it, outside of what leads to the loss."""
    needed = listing.needed(new) - listing.needed(of)
    for line in listing.lines:
        if line.name in needed:
            for part in ast.walk(line.expression):
                match part:
                    case (
                        ast.Call(func=ast.Name(id="sqrt"))
                        | ast.BinOp(op=ast.Pow(), right=ast.Constant(value=float()))
                    ):
                        return True
    return False


def note(line: Line, kind: str, says: str, error: bool = True, instead: tuple[str, ...] = ()) -> Note:
    """Return what is told of a line."""
    return Note(int(line.place.split()[-1]), printable(line.source), kind, says, error, instead)


def ordered(script: Script) -> tuple[Listing, list[Note]]:
    """Return the listing with the old weights wherever a new one is used too early, and where that was."""
    listing, forward = script.listing, script.listing.needed(script.of)
    new = {new: weight for weight, new in script.updates.items()}
    own = {bare(weight): weight for weight in script.updates}
    new |= {name: own[bare(name)] for name in listing.names if bare(name) in own and name not in forward}
    ends = {*script.means, *script.updates.values()}
    needed = {name for end in ends for name in listing.needed(end)}
    for line in listing.lines:  # w5 = update_w5 makes both of them new
        if line.name in new and isinstance(line.expression, ast.Name):
            new.setdefault(line.expression.id, new[line.name])
    lines, notes = [], []
    for line in listing.lines:
        early = [name for name in line.uses if name in new and new[name] != new.get(line.name)]
        backward = line.name in needed and line.name not in forward
        if early and backward and not isinstance(line.expression, ast.Name):
            old = {name: ast.Name(new[name]) for name in early}
            names = [f"{bare(new[name])} after its update in {listing.line(name).place}" for name in early]
            says = f"{bare(line.name)} uses {' and '.join(names)}, the sweep uses the old one"
            notes.append(note(line, "order", says))
            line = line._replace(expression=replaced(line.expression, old))
        lines.append(line)
    return Listing(tuple(lines)), notes


def told_factor(
    listing: Listing, of: str, c: float, means: Mapping[str, str], shares: Mapping[str, float | None]
) -> Note:
    """Return what is told of partials that all are off by one factor."""
    off = [line for line in means if same(shares[line], c)]
    some = "all partials" if len(off) == len(means) else f"{len(off)} of {len(means)} partials"
    why = {2.0: ": those of a loss without the ½", 0.5: ": those of a loss with one more ½"}
    reason = next((text for size, text in why.items() if same(abs(c), size)), "")
    minus = "minus " if c < 0 else ""
    says = f"{some} are {minus}{abs(c):g} times those of {bare(of)}{reason}"
    return note(listing.line(off[0]), "factor", says)


def rate(taken: list[Step], given: Mapping[str, Value], spare: list[str]) -> float:
    """Return the rate that most updates have: of as many, one that has a name, and then any but 1."""
    sizes = [abs(step.times) for step in taken if step.times is not None and not step.others]

    def rank(size: float) -> tuple[int, bool, bool]:
        name = any(same(size, abs(float(given[name]))) for name in spare)
        return sum(same(size, other) for other in sizes), name, not same(size, 1)

    return max(sizes, key=rank, default=1.0)


def told_steps(
    listing: Listing, taken: list[Step], base: float, means: Mapping[str, str], spare: Mapping[str, Value]
) -> Iterator[Note]:
    """Go through what is wrong with the updates, base being the rate that they should have."""

    def called(size: float) -> str:
        return next((bare(name) for name, value in spare.items() if same(size, float(value))), f"{size:g}")

    stated = {by: line for line, by in means.items()}
    for weight, new, size, inline, others, _ in taken:
        line, name = listing.line(new), bare(weight)
        names = {form.format(name) for form in NEW}
        while isinstance(line.expression, ast.Name) and bare(line.expression.id) in names:
            line = listing.line(line.expression.id)  # w5 = update_w5: what is wrong stands there
        if others:
            some = " and ".join(bare(other) for other in others)
            mine = f", not by {bare(stated[weight])}" if weight in stated else ""
            yield note(line, "other", f"{name} is updated by {some}{mine}")
        elif size is None and not inline:
            yield note(line, "rate", f"the step of {name} is no fixed multiple of {bare(stated[weight])}")
        elif size is None:
            continue  # told with the partials
        elif size < 0:
            yield note(line, "sign", f"{name} climbs: its update adds the partial, instead of taking it away")
        elif any(same(size, float(value) ** 2) for value in spare.values()) or (
            same(size, base**2) and not same(base, 1)
        ):
            yield note(line, "rate", f"the update of {name} has the rate twice")
        elif same(size, 1) and not same(base, 1):
            yield note(line, "rate", f"the update of {name} has no rate, others have {called(base)}")
        elif not same(size, base):
            yield note(line, "rate", f"the rate of {name} is {called(size)}, that of others {called(base)}")


def told(
    script: Script,
    listing: Listing,
    of: str,
    means: Mapping[str, str],
    base: float,
    c: float,
    wrong: Mapping[str, str],
    found: list[Finding],
) -> Iterator[Note]:
    """Go through what contradicts the sweep: how it would be right, and whether its own numbers show it."""
    own: dict[str, Value] = {}
    shown_there: set[str] = set()
    try:
        at = {name: script.given[name] for name in listing.inputs}
        own = listing.run(at)
        right = listing.sweep(own, of).partials
        shown_there = {
            f.line.name for f in contradictions(listing, of, means, base * float(np.sign(c)), at, wrong)
        }
    except ValueError:  # no value at its own numbers
        own = {}
    shared = Counter(change for finding in found for change in finding.instead if " in " in change)
    for finding in found:
        line, name = finding.line, bare(finding.line.name)
        elsewhere = [change for change in finding.instead if shared[change] > 1]
        changes = elsewhere or finding.instead
        helpers = {change.partition(" in ")[2] for change in changes}
        equal = [pair for change in changes if (pair := alike(change, own))]
        change = next((part for part in changes if alike(part, own)), next(iter(changes), ""))
        if len(helpers) == 1 and "" not in helpers:
            line, change = listing.line(*helpers), change.partition(" in ")[0]
            changes = tuple(part.partition(" in ")[0] for part in changes)
        says = mending(bare(line.name), change)
        if not says or line is not finding.line:
            what = means.get(finding.line.name, wrong.get(finding.line.name, ""))
            is_not = f"{name} is not {part_of(c)} of {bare(of)} by {quantity(what)}"
            if finding.line.name in wrong:
                is_not = f"the step of {bare(what)} is not a rate times the partial of {bare(of)} by it"
            says = f"{says}: {is_not}" if says and not elsewhere else says or is_not
            says += f"; it would be with {readable(change)}" if change and says == is_not else ""
        if own and finding.line.name not in shown_there:
            says += f" (invisible at your numbers{f', since {equal[0]}' if equal else ''})"
        elif own and line is finding.line and line.name in means:
            it, would = f"{own[line.name]:.6g}", f"{right[means[line.name]]:.6g}"
            says += f" (it is {it}, right is {would})" if it != would else ""
        yield note(line, "partial", says, True, tuple(map(readable, changes)))


RENAMED = re.compile(r"(\S+) (?:for(?: one)?|and) (\S+?)( exchanged)?( in \S+)?")


def mending(name: str, change: str) -> str:
    """Say what a line has and the sweep has not, if one name stands for another, or nothing.

    >>> mending("diff_w7", "h_out_1 for h_out_2"), mending("d", "w6@9 and w8 exchanged")
    ('diff_w7 uses h_out_2, the sweep says h_out_1', 'd exchanges w6 of line 9 and w8')
    """
    match = RENAMED.fullmatch(change)
    if not match:
        return ""
    new, old = readable(match[1]), readable(match[2])
    return f"{name} exchanges {new} and {old}" if match[3] else f"{name} uses {old}, the sweep says {new}"


def alike(change: str, own: Mapping[str, Value]) -> str:
    """Return two names that a change exchanges and whose numbers are equal, as an equation."""
    match = RENAMED.fullmatch(change)
    if not match or not {match[1], match[2]} <= own.keys() or own[match[1]] != own[match[2]]:
        return ""
    return f"{readable(match[1])} = {readable(match[2])}"


def part_of(c: float) -> str:
    """Say what a line is to hold, if all partials are to be so many times the right ones.

    >>> part_of(1), part_of(-1), part_of(2)
    ('the partial', 'minus the partial', '2 times the partial')
    """
    size = "" if same(abs(c), 1) else f"{abs(c):g} times "
    return f"{'minus ' if c < 0 else ''}{size}the partial"


def quantity(name: str) -> str:
    """Return the script's own name for a quantity."""
    return f"the net input of {bare(name)}" if name.endswith("@net") else bare(name)


def readable(text: str) -> str:
    """Return a text with the script's own names, and the lines of those that it assigns more than once."""
    text = re.sub(r"(\S+)@net", r"the net input of \1", text)
    return re.sub(r"(\w+)@(\d+)'*", r"\1 of line \2", text)


def frozen(script: Script, means: Mapping[str, str]) -> Iterator[Note]:
    """Go through the weights that are never updated although others are; of biases alone that is a remark."""
    stems = {stem(name) for name in script.updates}
    forward = script.listing.needed(script.of)
    stated = {by: line for line, by in means.items()}
    biases = []
    for name in script.listing.inputs:
        if not stems or name not in forward or name in script.updates:
            continue
        if name in stated and stem(name)[:1] in {"w", "b", *(one[:1] for one in stems)}:
            says = f"{bare(name)} is never updated, though this is its partial"
            yield note(script.listing.line(stated[name]), "frozen", says)
            continue
        user = next(line for line in script.listing.lines if name in line.uses)
        if stem(name) in stems:
            others = ", ".join(bare(other) for other in script.updates if stem(other) == stem(name))
            yield note(user, "frozen", f"{bare(name)} is never updated, as {others} are")
        elif stem(name) in {"b", "bias"}:
            biases.append((bare(name), user))
    if biases:
        are = "is never updated: the bias stays as it is"
        are = are if len(biases) == 1 else "are never updated: the biases stay as they are"
        yield note(biases[0][1], "frozen", f"{', '.join(name for name, _ in biases)} {are}", False)


def stem(name: str) -> str:
    """Return the letters that a name begins with: what it has in common with others of its kind."""
    return re.split(r"[^A-Za-z]", name)[0].lower()


def counted(count: int, noun: str) -> str:
    """Return a number of things in words.

    >>> counted(1, "error"), counted(2, "error")
    ('1 error', '2 errors')
    """
    return f"{count} {noun}{'' if count == 1 else 's'}"
