r"""Text, or a plain function, to the lines of a listing. Nothing of it is executed.

>>> print(*text_lines("a = b * 2\nc = exp(a)"), sep="\n")
a = b * 2
c = exp(a)
"""

import ast
import inspect
import os
import re
import textwrap
import warnings
from collections.abc import Callable, Iterator
from typing import Any

from bplit.given import LIMIT, shorter, shown, wrong
from bplit.line import KNOWN, OPERATORS, Line, exponent, mapped, parts

# What may be handed in: characters and lines of a text, parts and nesting of a line, size of an exponent.
# A sum of n terms is nested n deep.
LENGTH, LINES, PARTS, DEPTH, EXPONENT = 100_000, 5_000, 500, 120, 100


def text_lines(text: str) -> tuple[Line, ...]:
    """Return the lines of a text, one assignment each, or raise a ValueError that names what is none."""
    body = statements_of(text)
    rows = split_rows(text)
    return tuple(
        read_line(part, f"line {part.lineno}", "".join(rows[part.lineno - 1 : part.end_lineno]))
        for part in body
    )


def function_lines(function: Callable[..., Any]) -> Iterator[Line]:
    """Go through the lines that a straight-line function calculates.

    What takes numbers in (``x1, x2 = x``, ``w5, w6 = f.w5, f.w6``) and the return are no lines; an attribute
    of an argument is a name. Raises ValueError for a function that has no source, or does anything else.
    """
    try:
        rows, first = inspect.getsourcelines(function)
        file = os.path.basename(inspect.getsourcefile(function) or "")
        definition = ast.parse(textwrap.dedent("".join(rows))).body[0]
    except (OSError, TypeError, SyntaxError):
        raise ValueError(f"function: expected one with its source, got {shown(function)}") from None
    if not isinstance(definition, ast.FunctionDef) or definition.decorator_list:
        raise ValueError(f"function: expected a function without decorators, got {shown(function)}")
    arguments = [argument.arg for argument in definition.args.args]
    owners = {name: name for name in arguments}  # what gives each name: an argument, or a line
    place = source = ""

    def take(name: str, owner: str) -> None:
        if owners.setdefault(name, owner) != owner:
            raise wrong(place, f"{name} comes from {owners[name]} and from {owner}", source)

    def named(part: ast.expr) -> ast.expr:
        match part:
            case ast.Attribute(value=ast.Name(id=owner), attr=name) if owner in arguments:
                take(name, owner)
                return ast.Name(name)
        return part

    for statement in definition.body:
        place = f"{file}, line {first + statement.lineno - 1}"
        source = "".join(rows[statement.lineno - 1 : statement.end_lineno])
        match statement:
            case ast.Expr(value=ast.Constant(value=str())):
                continue
            case ast.Return(value=ast.Tuple() | ast.Call() as value) if statement is definition.body[-1]:
                kinds = ast.Name, ast.Tuple, ast.Call, ast.keyword, ast.Load
                if not all(
                    isinstance(n, kinds) and getattr(n, "id", "") not in KNOWN for n in ast.walk(value)
                ):
                    raise wrong(place, "expected a return of names", source)
                continue
            case ast.Assign(targets=[ast.Tuple(elts=names)], value=ast.Name(id=owner)) if owner in arguments:
                for part in names:
                    take(ast.unparse(part), owner)
                continue
            case ast.Assign(targets=[ast.Tuple(elts=names)], value=ast.Tuple(elts=values)):
                if [*map(ast.unparse, names)] == [ast.unparse(named(value)) for value in values]:
                    continue
            case ast.Assign(value=value):
                statement.value = mapped(value, named)
        line = read_line(statement, place, source)
        take(line.name, "a line")
        yield line


def statements_of(text: str) -> list[ast.stmt]:
    """Return the statements of a text, or raise a ValueError that names the line."""
    if not isinstance(text, str):
        raise ValueError(f"text: expected a string, got {shown(text)}")
    if len(text) > LENGTH:
        raise ValueError(f"text: expected up to {LENGTH} characters, got {len(text)}")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what Python thinks of a constant is not asked here
            body = ast.parse(text).body
    except SyntaxError as error:
        row = (text[: text.index("\0")].count("\n") + 1 if "\0" in text else error.lineno) or 1
        source = [*split_rows(text), ""][row - 1]
        reason = re.sub(r"^expected (.*)", r"\1 is missing", error.msg.split(";")[0])
        raise wrong(f"line {row}", f"Python cannot read it ({shorter(reason)})", source) from None
    except (ValueError, RecursionError, MemoryError):  # half a character, brackets in brackets
        raise ValueError("text: expected plain assignments, got something that Python cannot read") from None
    if len(body) > LINES:
        raise ValueError(f"text: expected up to {LINES} assignments, got {len(body)}")
    return body


def split_rows(text: str) -> list[str]:
    """Return the rows of a text as Python counts them: unlike splitlines, not at a form feed."""
    return re.split(r"(?<=\n)|(?<=\r)(?!\n)", text)


def read_line(statement: ast.stmt, place: str, source: str) -> Line:
    """Return a statement as a line of a listing, or raise a ValueError that names and shows it."""
    match statement:
        case ast.Assign(targets=[ast.Name(id=name)], value=expression):
            if name in KNOWN:
                raise wrong(place, f"{name} is the name of a function", source)
            try:
                return Line(name, allowed(expression, DEPTH), place, " ".join(source.split()))
            except ValueError as error:
                raise wrong(place, str(error), source) from None
    raise wrong(place, "not an assignment to one name", source)


def allowed(node: ast.expr, depth: int) -> ast.expr:
    """Return an expression if it is arithmetic within the bounds, or raise a ValueError."""
    if depth == DEPTH and parts(node) > PARTS:
        raise ValueError(f"expected up to {PARTS} parts in a line")
    if depth == 0:
        raise ValueError(f"expected up to {DEPTH} operations nested in each other")
    inner: list[ast.expr] = []
    match node:
        case ast.Name(id=name) if name not in KNOWN:
            pass
        case ast.Constant(value=int() | float() as value) if not isinstance(value, bool):
            if not value <= LIMIT:
                raise ValueError(f"expected numbers up to {LIMIT:g}, got {shown(value)}")
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            inner = [operand]
        case ast.BinOp(left=left, op=ast.Pow(), right=right):
            if not -EXPONENT <= exponent(right) <= EXPONENT:
                raise ValueError(f"expected a number from -{EXPONENT} to {EXPONENT} as exponent")
            inner = [left]
        case ast.BinOp(left=left, op=op, right=right) if type(op) in OPERATORS:
            inner = [left, right]
        case ast.Call(func=ast.Name(id=name), args=[argument], keywords=[]) if name in KNOWN:
            inner = [argument]
        case ast.Call(func=ast.Name(id=name)) if name in KNOWN:
            raise ValueError(f"{name} takes one argument")
        case ast.Call(func=ast.Name() | ast.Attribute(value=ast.Name()) as function):
            raise ValueError(f"unknown function {ast.unparse(function)}, known are {', '.join(KNOWN)}")
        case _:
            raise ValueError("expected only names, numbers, + - * / ** and functions")
    for part in inner:
        allowed(part, depth - 1)
    return node
