r"""A script, followed statement by statement with symbols for its numbers; nothing of it is executed.

Only what stands in a table is called, and what the script defines itself. Every value that gets a name
becomes a line of a listing, so that the whole calculation can be swept backwards.

>>> said = follow("from numpy import array\nW, x = array([[1, 2]]), array([3, 4])\ny = W @ x\nW -= 0.1 * x")
>>> print(said.lines[4], *said.moves[:1], said.values["y[0]"], sep="\n")
y[0] = W[0,0] * x[0] + W[0,1] * x[1]
Move(old='W[0,0]', new='W[0,0]@4', row=4)
11.0
"""

import ast
import re
from collections import ChainMap
from typing import Any

import numpy as np

from bplit.given import shorter, wrong
from bplit.reading import LENGTH, statements_of
from workings.script.calls import Closure, LeaveError
from workings.script.expressions import Scope
from workings.script.followed import Followed
from workings.script.numbers import RECORD
from workings.script.record import Record
from workings.script.statements import Statements
from workings.script.tables import BUILTINS, CALLABLE

# Of what a function that nobody calls is given, and its biases and rates; and what in a text tells of arrays.
EXAMPLES_OF = (((), ()), ((2, 2), (2,)), ((2, 2), (2, 2)), ((2, 2), ()), ((2,), ()))
OF_ARRAYS = re.compile(r"@|dot|matmul|\.T\b|sum|mean|shape|axis|zeros|outer")
PRINT = re.compile(r"^(\s*)print\s+(?!\()(\S.*?),?\s*$", re.MULTILINE)


class Follower(Statements):
    """Follows a script, and where it calls nothing its functions."""

    def run(self, body: list[ast.stmt]) -> None:
        """Follow a script; once it has been trained, what cannot be followed is left out, and said."""
        scope: Scope = ChainMap(self.globals, BUILTINS | self.late)
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
            trained |= not isinstance(node, ast.Assign | ast.AugAssign) and len(self.record.moves) > moves
        if not any(line.uses for line in self.record.lines):
            self.alone()

    def alone(self) -> None:
        """Follow the functions that nobody calls, with small arrays, alike for one name."""
        functions = {name: part for name, part in self.globals.items() if isinstance(part, Closure)}
        parts = [part for function in functions.values() for part in ast.walk(function.node)]
        calls = [part.func for part in parts if isinstance(part, ast.Call)]
        asked = {part.id for part in calls if isinstance(part, ast.Name)}
        for name, function in functions.items():
            if name in asked:
                continue
            self.record.row = self.record.end = function.node.lineno
            names = [part.arg for part in function.node.args.args if part.arg not in function.defaults]
            found = self.inlined(function, [self.example(part, parts) for part in names], {})
            self.record.row = self.record.end = self.returned
            for n, part in enumerate(found if isinstance(found, tuple) else [found], 1):
                self.record.named(f"{name}.{n}" if isinstance(found, tuple) else name, part)

    def example(self, name: str, parts: list[ast.AST]) -> Any:
        """Return a small array for an argument, or as many as are taken out of it."""
        if name not in self.examples:
            keys: set[str] = set()
            for part in parts:
                match part:
                    case ast.Assign([ast.Tuple(elts)], ast.Name(other)) if other == name:
                        return tuple(self.example(ast.unparse(part), []) for part in elts)
                    case ast.Subscript(ast.Name(other), ast.Constant(str() as key)) if other == name:
                        keys.add(key)
            shape = self.shapes[bool(re.match("b|.*(?:lr|rate|alpha|eta)$", name, re.IGNORECASE))]
            plain = {key: self.example(key, []) for key in sorted(keys)}
            self.examples[name] = plain or self.record.named(name, CALLABLE["rand"](*shape))
        return self.examples[name]


def follow(text: str, script: str = "script") -> Followed:
    """Return what a script does, as lines of a listing; script is what it is called.

    Raises ValueError, with the line, for what is not followed, and for what calculates nothing.
    """
    if not isinstance(text, str) or len(text) > LENGTH:
        raise ValueError(f"text: expected up to {LENGTH} characters")
    body, errors = script_statements(text), []
    for shapes in EXAMPLES_OF[bool(OF_ARRAYS.search(text)) :]:
        follower = Follower(text, shapes)
        try:
            record = followed(follower, body)
        except ValueError as error:
            errors.append(error)
            if follower.examples:
                continue
            break
        if not any(line.uses for line in record.lines):
            what = "expected lines that calculate something, got numbers only: call what it defines"
            raise ValueError(what)
        statements, moves, misfits = record.statements, record.moves.values(), record.misfits
        told = tuple(statements), tuple(moves), tuple(misfits), tuple(record.unread.items())
        return Followed(script, tuple(record.lines), record.values, *told, tuple(record.rounds))
    raise errors[0] from None


def followed(follower: Follower, body: list[ast.stmt]) -> Record:
    """Return what is written down while statements are followed, or raise a ValueError with the line."""
    record = follower.record
    token = RECORD.set(record)
    try:
        with np.errstate(all="ignore"):
            follower.run(body)
        return record
    except LeaveError:
        what = "expected no return or break here"
    except (RecursionError, MemoryError):
        what = "expected less in each other"
    except (TypeError, LookupError, AttributeError, ArithmeticError, RuntimeError) as error:
        what = f"not followed ({shorter(str(error), 60)})"
    except ValueError as error:
        what = " ".join(shorter(str(error), 200).split())
    finally:
        RECORD.reset(token)
    source = record.rows[record.row - 1] if record.row else ""
    raise ValueError(printable(str(wrong(f"line {record.row}", what, source))))


def printable(text: str) -> str:
    """Return a text in which what a terminal would obey, or not show, is written as in Python."""
    return "".join(letter if letter.isprintable() else ascii(letter)[1:-1] for letter in text)


def script_statements(text: str) -> list[ast.stmt]:
    """Return the statements of a script; the prints of Python 2 are read too."""
    try:
        return statements_of(text)
    except ValueError as error:
        if "Missing parentheses in call to 'print'" not in str(error):
            raise ValueError(printable(str(error))) from None
    return statements_of(PRINT.sub(r"\1print(\2)", text))
