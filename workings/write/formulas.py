r"""A listing as mathematics: LaTeX for a page, plain text for a terminal, Python to go on with.

A `Formula` is what a person writes in several rows: in names, then in numbers, then the result. It
prints as text, shows itself as mathematics in a notebook, and gives each form on request.

>>> from bplit.byhand import forward
>>> listing = Listing.of(forward)
>>> values = listing.run({name: getattr(forward(), name) for name in listing.inputs})
>>> print(formula(listing, "o_in_1", values))
o_in_1 = w5 × h_out_1 + w6 × h_out_2
       = 1 × 0.727108 + 1 × 0.727108
       = 1.454216
"""

import ast
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import reduce
from itertools import islice, pairwise, zip_longest
from typing import NamedTuple

from bplit.calculus import derivative, product, slope_at
from bplit.given import DIGITS, complete, shown, whole
from bplit.line import KNOWN, SLOPE, Line, Value, mapped, names, parts, replaced
from bplit.listing import Listing
from bplit.reading import PARTS
from workings.write.languages import LATEX, PYTHON, TEXT, Style, Written, figure, indented, measured, written

QUAD = r"\quad"
PATHS = 64  # more paths, or lines on a path, nobody writes out
Numbers = Mapping[str, Value] | None  # by name, as a run of the listing returns them


class Row(NamedTuple):
    """A row of a formula: its left side, which is empty where the row goes on from the one above."""

    left: str
    right: Written


class Formula(NamedTuple):
    """Rows of mathematics that say the same in other words: in names, in numbers, the result."""

    rows: tuple[Row, ...]

    def lines(self, style: Style, width: int) -> Iterator[tuple[str, int, str]]:
        """Go through its lines of up to so many characters: the left side, how far in, the right side."""
        margin = max(measured(Written(ast.Name(row.left)), style) for row in self.rows)
        for row in self.rows:
            for depth, text in indented(row.right, style, width - margin - 3):
                yield style.name(row.left) if row.left else "", depth, text

    def latex(self, width: int = 46) -> str:
        """Return LaTeX, broken over aligned lines where a row is wider than so many characters."""
        lines = [
            # {}: a sign between two sides, not before one
            rf"&{depth * QUAD} {{}}{text}" if depth else f"{left} &= {text}"
            for left, depth, text in self.lines(LATEX, width)
        ]
        if len(lines) == 1:
            return lines[0].replace("&", "", 1)
        return "\\begin{aligned}\n" + " \\\\\n".join(lines) + "\n\\end{aligned}"

    def myst(self, width: int = 46) -> str:
        """Return a block of mathematics for a MyST page."""
        return f"$$\n{self.latex(width)}\n$$\n"

    def text(self, width: int = 88) -> str:
        """Return plain text, aligned at its equals signs."""
        margin = max(len(TEXT.name(row.left)) for row in self.rows)
        return "\n".join(
            " " * (margin + 3 + 2 * depth) + text if depth else f"{left:{margin}} = {text}"
            for left, depth, text in self.lines(TEXT, width)
        )

    def python(self) -> str:
        """Return Python: an assignment, and what it comes to as comments."""
        rows = [(PYTHON.name(left) or "#", written(right, PYTHON)) for left, right in self.rows]
        return "\n".join(" = ".join(row) for row in rows)

    def __str__(self) -> str:
        return self.text()

    def _repr_latex_(self) -> str:
        return self.myst()


def formula(
    listing: Listing, name: str, values: Numbers = None, inner: Iterable[str] = (), digits: int = 6
) -> Formula:
    """Return a line of a listing in names and, at values, in numbers and with its result.

    The lines of the inner names are written out in it. Numbers have so many digits behind the point,
    inputs without the zeros at their end.

    Raises ValueError for a name that no line assigns, for values that are arrays or that do not hold
    every name, for digits that are not 0 to 17, and if the whole has too many parts.

    >>> print(formula(Listing.read("y = a - 2 * b"), "y", {"a": 1.5, "b": -0.25, "y": 2.0}, digits=3))
    y = a − 2 × b
      = 1.5 − 2 × (−0.25)
      = 2.000
    """
    line = expanded(listing, name, inner)
    if values is None:
        return in_rows(name, Written(line.expression))
    return spelled_out(line, written_figures(listing, values, digits))


def expanded(listing: Listing, name: str, inner: Iterable[str]) -> Line:
    """Return the line of a name, with the expressions of the inner names written out in it."""
    written: dict[str, ast.expr] = {}
    size = dict.fromkeys(listing.inputs, 1)
    for line in [*sorted(map(listing.line, {*inner}), key=listing.lines.index), listing.line(name)]:
        size[line.name] = parts(line.expression) + sum(size.get(n, 1) - 1 for n in names(line.expression))
        if size[line.name] > PARTS:
            raise line.wrong(f"written out it has {size[line.name]} parts, expected up to {PARTS}")
        written[line.name] = replaced(line.expression, written)
    return line._replace(expression=written[name])


def spelled_out(line: Line, figures: Mapping[str, str]) -> Formula:
    """Return a line in names, in the figures that are given for them, and with its own."""
    node, name = line.expression, ast.Name(line.name)
    return in_rows(line.name, Written(node), Written(node, figures), Written(name, figures))


def in_rows(left: str, *rights: Written) -> Formula:
    """Return a formula with a row for each right side that does not say what the one before it says."""
    said = [written(right) for right in rights]
    new = [right for right, text, before in zip(rights, said, ["", *said], strict=False) if text != before]
    return Formula(tuple(Row("" if n else left, right) for n, right in enumerate(new)))


def written_figures(listing: Listing, values: Mapping[str, Value], digits: int) -> dict[str, str]:
    """Return the number of every name as it is written: inputs short, results to so many digits."""
    if whole("digits", digits, 0) > DIGITS:
        raise ValueError(f"digits: expected up to {DIGITS}, got {shown(digits)}")
    complete("values", (*listing.inputs, *listing.names), values)
    return {name: figure(value, digits, name in listing.inputs) for name, value in values.items()}


def slope(line: Line, by: str) -> ast.expr:
    """Return the local partial of a line by a name in it, as a person writes it.

    The slope of a function is written with what the function returned, by its name if it has one.

    >>> print(ast.unparse(slope(Listing.read("out = sigmoid(net)").line("out"), "net")))
    out * (1 - out)
    """
    return spelled(derivative(line.expression, by), line)


def spelled(node: ast.expr, line: Line) -> ast.expr:
    """Return an expression of a line with slopes written out, and the line's name for what it calculates."""
    whole = ast.unparse(line.expression)

    def change(part: ast.expr) -> ast.expr:
        if ast.unparse(part) == whole:
            return ast.Name(line.name)
        match part:
            case ast.Call(func=ast.Name(id=name), args=[argument]) if name.endswith(SLOPE):
                call = ast.Call(ast.Name(name.removesuffix(SLOPE)), [argument], [])
                pattern = ast.parse(KNOWN[name.removesuffix(SLOPE)].written, mode="eval").body
                return replaced(pattern, {"t": argument, "out": change(call)})
        return part

    return mapped(node, change)


def ways(listing: Listing, by: str, of: str) -> list[tuple[str, ...]]:
    """Return the paths from one name to another, or raise a ValueError if there are none, or too many."""
    paths = list(islice(listing.paths(by, of), PATHS + 1))
    if not 0 < len(paths) <= PATHS or not 1 < max(map(len, paths)) <= PATHS:
        raise ValueError(f"by: expected 1 to {PATHS} paths of 1 to {PATHS - 1} lines from {by} to {of}")
    return paths


def derivation(listing: Listing, by: str, of: str, values: Numbers = None, digits: int = 6) -> Formula:
    r"""Return the derivation of a partial: the chain rule along every path, and the sum over the paths.

    The rows: partials of line by line, what each comes to in names, in numbers, the share of each path
    if there are several, the result.

    >>> listing = Listing.read("net = w * x\nout = sigmoid(net)\nlost = (1 - out) ** 2 / 2")
    >>> print(derivation(listing, "w", "lost", listing.run({"w": 1, "x": 0.98})))
    ∂lost/∂w = ∂lost/∂out × ∂out/∂net × ∂net/∂w
             = (out − 1) × out × (1 − out) × x
             = (0.727108 − 1) × 0.727108 × (1 − 0.727108) × 0.98
             = −0.053065
    """
    paths = ways(listing, by, of)
    # of each path the partials of line by line, and what each comes to: the last line's first
    chains = [product(*(ast.Name(f"∂{line}/∂{name}") for name, line in links(path))) for path in paths]
    locals_ = [product(*(slope(listing.line(line), name) for name, line in links(path))) for path in paths]
    rights = [] if paths == [(by, of)] else [Written(total(chains))]  # of one line the chain says nothing new
    rights.append(Written(total(locals_)))
    if values is not None:
        sweep = listing.sweep(values, of)
        figures = written_figures(listing, values, digits)
        rights.append(Written(total(locals_), figures))
        shares = {f"∂{n}": figure(sweep.along(path), digits, False) for n, path in enumerate(paths)}
        if len(paths) > 1:
            rights.append(Written(total([*map(ast.Name, shares)]), shares))
        rights.append(Written(ast.Name(by), {by: figure(sweep.partials[by], digits, False)}))
    return in_rows(f"∂{of}/∂{by}", *rights)


def links(path: Sequence[str]) -> list[tuple[str, str]]:
    """Return each name on a path with the line that it stands in, the last line first."""
    return [*pairwise(path)][::-1]


def total(terms: Sequence[ast.expr]) -> ast.expr:
    """Return the sum of some terms."""
    return reduce(lambda a, b: ast.BinOp(a, ast.Add(), b), terms)


class Markdown(str):
    """Markdown that a notebook shows as such, its numbers with the minus sign of the formulas."""

    def _repr_markdown_(self) -> str:
        return re.sub(r"(?<![\w`$])-(?=\d+\.\d)", "−", self)


def steps(listing: Listing, values: Mapping[str, Value], *paths: Sequence[str], digits: int = 6) -> Markdown:
    r"""Return a table of the lines on some paths, last line first, with the local partials and their numbers.

    >>> listing = Listing.read("b = a ** 2")
    >>> print(steps(listing, listing.run({"a": 3}), ("a", "b")))
    | line | its derivative | here |
    |---|---|--:|
    | $\text{b} = {\text{a}}^{2}$ | $\partial \text{b}/\partial \text{a} = 2 \times \text{a}$ | 6.000000 |
    """
    complete("values", (*listing.inputs, *listing.names), values)
    # the first lines of all paths, then the second ones; what paths share stands once
    turns = zip_longest(*map(links, paths))
    rows = ["| line | its derivative | here |", "|---|---|--:|"]
    for name, line_name in dict.fromkeys(link for turn in turns for link in turn if link):
        line = listing.line(line_name)
        left = f"{LATEX.name(line.name)} = {written(Written(line.expression), LATEX)}"
        by = rf"\partial {LATEX.name(line.name)}/\partial {LATEX.name(name)}"
        local = written(Written(slope(line, name)), LATEX)
        here = written(Written(ast.Name(name), {name: figure(slope_at(line, name, values), digits, False)}))
        rows.append(f"| ${left}$ | ${by} = {local}$ | {here} |")
    return Markdown("\n".join(rows))


def solution(listing: Listing, values: Numbers = None, digits: int = 6) -> Formula:
    r"""Return every line of a listing in names and, at values, in numbers and with its result.

    >>> print(solution(Listing.read("net = w * x\nout = sigmoid(net)")))
    net = w × x
    out = σ(net)
    """
    return Formula(
        tuple(row for name in listing.names for row in formula(listing, name, values, (), digits).rows)
    )
