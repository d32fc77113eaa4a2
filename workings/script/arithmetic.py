"""Arithmetic: what an expression of a script is in the names and functions of a listing."""

import ast
from collections.abc import Mapping
from itertools import islice

from bplit.calculus import times
from bplit.given import shorter, wrong
from bplit.line import KNOWN, OPERATORS
from bplit.reading import DEPTH, PARTS, allowed, split_rows

SPELLED_OUT = 50_000  # so many parts the lines of a script may have
MODULES = ("math", "numpy")
ARITHMETIC = "expected only names, numbers, + - * / ** and functions, got"
ARRAYS = "arrays are not read: expected a line for every number, got"
BINARY = {"add": ast.Add, "subtract": ast.Sub, "multiply": ast.Mult, "divide": ast.Div}
ARRAY = {"array", "dot", "matmul", "zeros", "ones", "sum", "mean", "T", "outer", "shape", "reshape"}


class Arithmetic:
    """Writes expressions with what each name of a script stands for by now; its functions are written out."""

    def __init__(self, text: str) -> None:
        self.text, self.rows = text, split_rows(text)
        self.scope: dict[str, ast.expr] = {}
        self.functions: dict[str, ast.FunctionDef] = {}
        self.called: set[str] = set()
        self.active: list[str] = []  # the functions that are being written out
        self.short = {name: name for name in KNOWN} | {"pow": "pow", "max": "maximum"}
        self.modules = {"np", *MODULES}
        self.size = 0

    def wrong(self, node: ast.stmt | ast.expr, what: str) -> ValueError:
        """Return an error that names the line of a node and shows it."""
        return wrong(f"line {node.lineno}", what, self.rows[node.lineno - 1])

    def source(self, node: ast.expr) -> str:
        """Return a node as the text has it."""
        return shorter(" ".join((ast.get_source_segment(self.text, node) or type(node).__name__).split()))

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
        if depth == 0 or self.size > SPELLED_OUT:
            raise ValueError(f"expected up to {DEPTH} operations in each other, and {SPELLED_OUT} in all")
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
        known = known_call(called, given, of_module=isinstance(function, ast.Attribute))
        if known:
            return known
        if called in ARRAY or (isinstance(function, ast.Attribute) and function.attr in ARRAY):
            raise ValueError(f"{ARRAYS} {self.source(node)}")
        raise ValueError(f"unknown function {self.source(function)}, known are {', '.join(KNOWN)}")

    def inlined(self, function: ast.FunctionDef, given: list[ast.expr], depth: int) -> ast.expr:
        """Return what a function of the script returns, written out."""
        name, names, defaults = function.name, function.args.args, function.args.defaults
        if name in self.active:
            raise ValueError(f"{name} calls itself")
        if not len(names) - len(defaults) <= len(given) <= len(names):
            raise ValueError(f"{name} takes {number_of('argument', len(names))}, got {len(given)}")
        self.called.add(name)
        self.active.append(name)
        spare = defaults[len(defaults) - (len(names) - len(given)) :] if len(given) < len(names) else []
        found = [*given, *(self.arithmetic(part, self.scope, depth - 1) for part in spare)]
        scope = {**self.scope, **{a.arg: value for a, value in zip(names, found, strict=True)}}
        body, last = with_one_return(function.body)
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


def known_call(called: str, given: list[ast.expr], of_module: bool) -> ast.expr | None:
    """Return the call of a function that a listing knows, or that is an operator for it, or None."""
    match called, given:
        case (("pow" | "power"), [base, power]):
            return ast.BinOp(base, ast.Pow(), power)
        case (("float" | "float64"), [base]):
            return base
        case _, [one, other] if called in BINARY and of_module:
            return ast.BinOp(one, BINARY[called](), other)
        case "square", [base]:
            return ast.BinOp(base, ast.Pow(), ast.Constant(2))
        case "maximum", [ast.Constant(value=0), base] | [base, ast.Constant(value=0)]:
            return ast.Call(ast.Name("relu"), [base], [])
    return ast.Call(ast.Name(called), given, []) if called in KNOWN else None


def with_one_return(body: list[ast.stmt]) -> tuple[list[ast.stmt], ast.stmt]:
    """Return the statements of a function and its last one: of two returns, a choice between them."""
    *before, last = body
    match [*before[-1:], last]:  # a return for numbers above 0, and one for the others
        case [
            *_,
            ast.If(
                test=test,
                body=[ast.Return(value=ast.expr() as yes)],
                orelse=[ast.Return(value=ast.expr() as no)],
            ),
        ]:
            return before, ast.Return(ast.IfExp(test, yes, no))
        case [
            ast.If(test=test, body=[ast.Return(value=ast.expr() as yes)], orelse=[]),
            ast.Return(value=ast.expr() as no),
        ]:
            return before[:-1], ast.Return(ast.IfExp(test, yes, no))
    return before, last


def chosen(gate: ast.expr, above: ast.expr, other: ast.expr) -> ast.expr:
    """Return one expression where a gate is 1 and another where it is 0."""
    match gate, other:
        case ast.Call(args=[inner]), ast.Constant(value=0):
            if ast.unparse(above) == ast.unparse(inner):
                return ast.Call(ast.Name("relu"), [inner], [])
            return gate if ast.unparse(above) in {"1", "1.0"} else times(above, gate)
    closed = ast.BinOp(ast.Constant(1), ast.Sub(), gate)
    return ast.BinOp(times(above, gate), ast.Add(), times(other, closed))


def number_of(noun: str, count: int) -> str:
    """Return a number of things in words, as an error has them.

    >>> number_of("argument", 1), number_of("argument", 2)
    ('1 argument', '2 arguments')
    """
    return f"{count} {noun}{'' if count == 1 else 's'}"
