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
from collections.abc import Iterable, Mapping, Sequence
from functools import reduce
from itertools import islice, pairwise, zip_longest
from typing import NamedTuple

from bplit.calculus import derivative, product, slope_at
from bplit.given import DIGITS, complete, rounded, shown, whole
from bplit.line import KNOWN, SLOPE, Line, Value, names, parts, plain, replaced
from bplit.listing import Listing
from bplit.reading import PARTS

SUM, PRODUCT, FRACTION, POWER, ATOM = range(5)  # how tightly an expression holds together
QUAD = r"\quad"
PATHS = 64  # more paths, or lines on a path, nobody writes out


class Text:
    """How plain text writes what differs from one language to the next."""

    minus, times, divided = "−", " × ", PRODUCT
    symbols: Mapping[str, str] = {"theta": "θ", "alpha": "α", "sigmoid": "σ", "log": "ln"}
    digits = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")

    def name(self, name: str) -> str:
        """Write a name; ∂lost/∂w5 is the name of a partial."""
        return self.symbols.get(name, name)

    def number(self, figure: str) -> str:
        """Write a number that is given without a sign in Python's spelling."""
        return figure

    def brackets(self, text: str) -> str:
        """Write brackets around a text."""
        return f"({text})"

    def call(self, name: str, argument: str) -> str:
        """Write a function of something."""
        return self.name(name) + self.brackets(argument)

    def fraction(self, above: str, below: str) -> str:
        """Write a quotient."""
        return f"{above} / {below}"

    def power(self, base: str, exponent: str) -> str:
        """Write a power."""
        small = exponent.translate(self.digits) if exponent.lstrip("-").isdigit() else f"^({exponent})"
        return base + small


class Python(Text):
    """How Python writes it; the partial of lost by w5 is d_lost_d_w5."""

    minus, times = "-", " * "
    symbols: Mapping[str, str] = {}

    def name(self, name: str) -> str:
        """Write a name that Python accepts."""
        return name.replace("/", "_").replace("∂", "d_")

    def power(self, base: str, exponent: str) -> str:
        """Write a power."""
        return f"{base} ** {exponent}"


class JavaScript(Python):
    """How JavaScript and Python both write it: a power in brackets, because -x ** 2 is no JavaScript."""

    def power(self, base: str, exponent: str) -> str:
        """Write a power."""
        return f"({super().power(base, exponent)})"


class Latex(Text):
    """How LaTeX writes it: names upright, as they stand in the code; quotients as fractions."""

    minus, times, divided = "-", r" \times ", FRACTION
    symbols: Mapping[str, str] = {
        "theta": r"\theta",
        "alpha": r"\alpha",
        "sigmoid": r"\sigma",
        "log": r"\ln",
        "tanh": r"\tanh",
        "relu": r"\mathrm{relu}",
        "step": r"\mathrm{step}",
    }

    def name(self, name: str) -> str:
        """Write a name upright, and a partial as a fraction."""
        if name.startswith("∂"):
            above, below = (rf"\partial {self.name(part[1:])}" for part in name.split("/"))
            return self.fraction(above, below)
        escaped = name.replace("_", r"\_")
        return self.symbols.get(name, rf"\text{{{escaped}}}")

    def number(self, figure: str) -> str:
        """Write a number; one with a power of ten is a product."""
        mantissa, e, size = figure.partition("e")
        power = rf"10^{{{int(size)}}}" if e else ""
        return power if e and mantissa == "1" else rf"{mantissa} \times {power}" if e else mantissa

    def brackets(self, text: str) -> str:
        """Write brackets, tall ones around what is tall."""
        return rf"\left({text}\right)" if r"\frac" in text or "^" in text else f"({text})"

    def call(self, name: str, argument: str) -> str:
        """Write a function of something; e to a power and a root have signs of their own."""
        if name in ("exp", "sqrt"):
            return (r"e^{%s}" if name == "exp" else r"\sqrt{%s}") % argument
        return super().call(name, argument)

    def fraction(self, above: str, below: str) -> str:
        """Write a quotient."""
        return rf"\frac{{{above}}}{{{below}}}"

    def power(self, base: str, exponent: str) -> str:
        """Write a power of all that is in the brackets, not of the closing one."""
        return f"{{{base}}}^{{{numeral(exponent, self, SUM, first=True)}}}"


LATEX, TEXT, PYTHON, JAVASCRIPT = Latex(), Text(), Python(), JavaScript()


class Written(NamedTuple):
    """What is written in a formula: an expression, and the figures that stand for its names."""

    node: ast.expr
    figures: Mapping[str, str] = {}


def written(what: Written, style: Text = TEXT, least: int = SUM, first: bool = True) -> str:
    """Write an expression.

    Brackets stand where it holds together less tightly than least, and around a minus that does not
    come first.

    >>> line = Listing.read("y = -a * (b - c) ** 2 / (d / e) - -f").line("y")
    >>> print(written(Written(line.expression)))
    −a × (b − c)² / (d / e) − (−f)
    >>> print(written(Written(line.expression, {"a": "-0.5", "b": "-2", "c": "-3"}), PYTHON))
    -(-0.5) * (-2 - (-3)) ** 2 / (d / e) - (-f)
    >>> print(written(Written(Listing.read("y = -a ** 2").line("y").expression), JAVASCRIPT))
    -(a ** 2)
    """
    match what.node:
        case ast.Name(id=name) if name in what.figures:
            return numeral(what.figures[name], style, least, first)
        case ast.Name(id=name):
            return style.name(name)
        case ast.Constant(value=value):
            return numeral(repr(value), style, least, first)
        case ast.UnaryOp(operand=operand):
            text = style.minus + written(what._replace(node=operand), style, PRODUCT, first=False)
            return text if first and least <= PRODUCT else style.brackets(text)
        case ast.Call(func=ast.Name(id=name), args=[argument]):
            text = style.call(name, written(what._replace(node=argument), style))
            return style.brackets(text) if least == ATOM else text
        case ast.BinOp(left=left, op=ast.Pow(), right=right):
            text = style.power(
                written(what._replace(node=left), style, ATOM), written(Written(right), PYTHON)
            )
            return style.brackets(text) if least == ATOM else text
        case ast.BinOp(left=left, op=ast.Div(), right=right) if style.divided == FRACTION:
            text = style.fraction(
                written(what._replace(node=left), style), written(what._replace(node=right), style)
            )
            return style.brackets(text) if least > FRACTION else text
        case ast.BinOp(left=left, op=op, right=right):
            tight = SUM if isinstance(op, ast.Add | ast.Sub) else PRODUCT
            first = first or tight < least
            one = written(what._replace(node=left), style, inside(left, tight, style), first)
            other = written(what._replace(node=right), style, tight + 1, first=False)
            text = style.fraction(one, other) if isinstance(op, ast.Div) else one + sign(op, style) + other
            return style.brackets(text) if tight < least else text
    raise TypeError(ast.dump(what.node))


def inside(left: ast.expr, tight: int, style: Text) -> int:
    """Return how tight the left side has to be: a quotient gets brackets before it is multiplied."""
    while isinstance(left, ast.UnaryOp):
        left = left.operand
    quotient = isinstance(left, ast.BinOp) and isinstance(left.op, ast.Div)
    return FRACTION if quotient and tight == PRODUCT == style.divided else tight


def sign(op: ast.operator, style: Text) -> str:
    """Write the sign between the two sides of a sum, a difference or a product."""
    return style.times if isinstance(op, ast.Mult) else f" {'+' if isinstance(op, ast.Add) else style.minus} "


def numeral(spelled: str, style: Text, least: int, first: bool) -> str:
    """Write a number that is given in Python's spelling, in brackets where they are needed."""
    text = style.number(spelled.removeprefix("-"))
    if spelled.startswith("-"):
        text = style.minus + text
        return text if first and least <= PRODUCT else style.brackets(text)
    tight = ATOM if "e" not in spelled else PRODUCT if style.divided == FRACTION else POWER
    return style.brackets(text) if least > tight else text


def figure(value: Value, digits: int, short: bool) -> str:
    """Return a number as it is written, to so many decimals; a short one without the zeros at its end.

    What would show none of its digits, or is very large, is written with a power of ten.

    >>> figure(0.5, 6, False), figure(0.5, 6, True), figure(-4.248354e-18, 6, False), figure(1e50, 6, True)
    ('0.500000', '0.5', '-4.24835e-18', '1e+50')
    """
    value = plain(value)
    if not isinstance(value, int | float):
        raise ValueError(f"values: expected one number for each name, got {shown(value)}")
    value = float(value) or 0.0  # without the minus that a zero may have
    if value and not 10.0**-digits <= abs(value) < 1e9:
        mantissa, e, size = f"{value:.{max(digits - 1, 0)}e}".partition("e")
    else:
        mantissa, e, size = f"{rounded(value, digits):.{digits}f}", "", ""
    if short and "." in mantissa:
        mantissa = mantissa.rstrip("0").rstrip(".")
    return mantissa + e + size


def broken(what: Written, style: Text, width: int, first: bool = True) -> list[str]:
    """Write an expression in rows of up to width characters; each but the first begins with a sign.

    >>> line = Listing.read("d = (a * w5 + b * w7) * out * (1 - out)").line("d")
    >>> broken(Written(line.expression), TEXT, 20)
    ['(a × w5 + b × w7)', '× out × (1 − out)']
    """
    rows: list[tuple[str, int]] = []
    for text, length in pieces(what, style, width, first):
        if rows and rows[-1][1] + 1 + length <= width:
            text, length = f"{rows[-1][0]} {text}", rows.pop()[1] + 1 + length
        rows.append((text, length))
    return [text for text, _ in rows]


def pieces(what: Written, style: Text, width: int, first: bool, least: int = SUM) -> list[tuple[str, int]]:
    """Take a sum or a product that is too wide apart; each piece with its length in plain text.

    What needs brackets, because it has to hold together more tightly, stays in one piece.
    """
    text, length = piece(what, style, least, first)
    match what.node:
        case ast.BinOp(left=left, op=ast.Add() | ast.Sub() | ast.Mult() as op, right=right) if (
            length > width and text == written(what, style, first=first)
        ):
            tight, mark = PRODUCT if isinstance(op, ast.Mult) else SUM, sign(op, style)
            if isinstance(op, ast.Mult) and slope_of(left, right):  # out and 1 - out are read as one
                if not (isinstance(left, ast.BinOp) and isinstance(left.op, ast.Mult)):
                    return [(text, length)]
                both = [
                    piece(what._replace(node=node), style, tight + 1, False) for node in (left.right, right)
                ]
                end = [(mark.join(part for part, _ in both), sum(size for _, size in both) + 3)]
                left = left.left
            else:
                end = pieces(what._replace(node=right), style, width, False, tight + 1)
            begin = pieces(what._replace(node=left), style, width, first, inside(left, tight, style))
            return [*begin, (mark.lstrip() + end[0][0], 2 + end[0][1]), *end[1:]]
    return [(text, length)]


def piece(what: Written, style: Text, least: int, first: bool) -> tuple[str, int]:
    """Write an expression, and say how wide it is."""
    return written(what, style, least, first), measured(what, style, least, first)


def slope_of(left: ast.expr, right: ast.expr) -> bool:
    """Say whether right is 1 minus the last factor of left, as in the slope of a sigmoid."""
    last = left.right if isinstance(left, ast.BinOp) and isinstance(left.op, ast.Mult) else left
    return ast.unparse(right) == f"1 - {ast.unparse(last)}"


def measured(what: Written, style: Text, least: int = SUM, first: bool = True) -> int:
    """Return about how wide an expression is, in characters: a partial is a fraction in LaTeX."""
    text = written(what, TEXT, least, first)
    if style.divided == FRACTION:
        text = re.sub(r"(∂\w+)/(∂\w+)", lambda found: max(found.groups(), key=len), text)
    return len(text)


def indented(rows: list[str], style: Text) -> list[tuple[int, str]]:
    """Return with each row how far in it stands: factors further than the terms of a sum."""
    factors = [row.startswith(style.times.strip()) for row in rows]
    return [(2 if factor and not all(factors) else 1, row) for factor, row in zip(factors, rows, strict=True)]


class Row(NamedTuple):
    """A row of a formula: its left side, which is empty where the row goes on from the one above."""

    left: str
    right: Written


class Formula(NamedTuple):
    """Rows of mathematics that say the same in other words: in names, in numbers, the result."""

    rows: tuple[Row, ...]

    def latex(self, width: int = 46) -> str:
        """Return LaTeX, broken over aligned lines where a row is wider than so many characters."""
        margin = max(measured(Written(ast.Name(row.left)), LATEX) for row in self.rows)
        lines = []
        for row in self.rows:
            begin, *more = broken(row.right, LATEX, width - margin - 3)
            lines.append(f"{LATEX.name(row.left) if row.left else ''} &= {begin}")
            # {}: a sign between two sides, not before one
            lines += [rf"&{depth * QUAD} {{}}{text}" for depth, text in indented(more, LATEX)]
        if len(lines) == 1:
            return lines[0].replace("&", "", 1)
        return "\\begin{aligned}\n" + " \\\\\n".join(lines) + "\n\\end{aligned}"

    def myst(self, width: int = 46) -> str:
        """Return a block of mathematics for a MyST page."""
        return f"$$\n{self.latex(width)}\n$$\n"

    def text(self, width: int = 88) -> str:
        """Return plain text, aligned at its equals signs."""
        margin = max(len(TEXT.name(row.left)) for row in self.rows)
        lines = []
        for row in self.rows:
            begin, *more = broken(row.right, TEXT, width - margin - 3)
            lines.append(f"{TEXT.name(row.left):{margin}} = {begin}")
            lines += [" " * (margin + 3 + 2 * depth) + text for depth, text in indented(more, TEXT)]
        return "\n".join(lines)

    def python(self) -> str:
        """Return Python: an assignment, and what it comes to as comments."""
        return "\n".join(
            f"{PYTHON.name(row.left)} = {written(row.right, PYTHON)}"
            if row.left
            else f"# = {written(row.right, PYTHON)}"
            for row in self.rows
        )

    def __str__(self) -> str:
        return self.text()

    def _repr_latex_(self) -> str:
        return self.myst()


def formula(
    listing: Listing,
    name: str,
    values: Mapping[str, Value] | None = None,
    inner: Iterable[str] = (),
    digits: int = 6,
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
    node = expanded(listing, name, inner)
    if values is None:
        return Formula((Row(name, Written(node)),))
    return spelled_out(name, node, written_figures(listing, values, digits))


def expanded(listing: Listing, name: str, inner: Iterable[str]) -> ast.expr:
    """Return the expression of a name, with the expressions of the inner names written out in it.

    >>> from bplit import forward
    >>> print(ast.unparse(expanded(Listing.of(forward), "h_out_1", ["h_in_1"])))
    sigmoid(w1 * x1 + w2 * x2)
    """
    written: dict[str, ast.expr] = {}
    size = dict.fromkeys(listing.inputs, 1)
    for line in [*sorted(map(listing.line, {*inner}), key=listing.lines.index), listing.line(name)]:
        size[line.name] = parts(line.expression) + sum(size.get(n, 1) - 1 for n in names(line.expression))
        if size[line.name] > PARTS:
            raise line.wrong(f"written out it has {size[line.name]} parts, expected up to {PARTS}")
        written[line.name] = replaced(line.expression, written)
    return written[name]


def spelled_out(name: str, node: ast.expr, figures: Mapping[str, str]) -> Formula:
    """Return an expression in names, in the figures that are given for them, and with its own."""
    rows = (Written(node), Written(node, figures), Written(ast.Name(name), figures))
    return Formula(distinct([Row(left, row) for left, row in zip((name, "", ""), rows, strict=True)]))


def distinct(rows: Sequence[Row]) -> tuple[Row, ...]:
    """Return rows without those that say what the row above says."""
    said = [written(row.right) for row in rows]
    return tuple(row for row, text, before in zip(rows, said, ["", *said], strict=False) if text != before)


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
    if ast.unparse(node) == ast.unparse(line.expression):
        return ast.Name(line.name)
    match node:
        case ast.UnaryOp(op=op, operand=operand):
            return ast.UnaryOp(op, spelled(operand, line))
        case ast.BinOp(left=left, op=op, right=right):
            return ast.BinOp(spelled(left, line), op, spelled(right, line))
        case ast.Call(func=ast.Name(id=name), args=[argument]) if name.endswith(SLOPE):
            call = ast.Call(ast.Name(name.removesuffix(SLOPE)), [argument], [])
            pattern = ast.parse(KNOWN[name.removesuffix(SLOPE)].written, mode="eval").body
            return replaced(pattern, {"t": argument, "out": spelled(call, line)})
    return node


def ways(listing: Listing, by: str, of: str) -> list[tuple[str, ...]]:
    """Return the paths from one name to another, or raise a ValueError if there are none, or too many."""
    paths = list(islice(listing.paths(by, of), PATHS + 1))
    if not 0 < len(paths) <= PATHS or not 1 < max(map(len, paths)) <= PATHS:
        raise ValueError(f"by: expected 1 to {PATHS} paths of 1 to {PATHS - 1} lines from {by} to {of}")
    return paths


def derivation(
    listing: Listing,
    by: str,
    of: str,
    values: Mapping[str, Value] | None = None,
    digits: int = 6,
) -> Formula:
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
    chains: list[ast.expr] = []
    locals_: list[ast.expr] = []
    for path in paths:
        links = [(line, name) for name, line in pairwise(path)][::-1]
        chains.append(product(*(ast.Name(f"∂{line}/∂{name}") for line, name in links)))
        locals_.append(along(listing, path))
    left = f"∂{of}/∂{by}"
    rows = [Row(left, Written(total(chains))), Row("", Written(total(locals_)))]
    if values is not None:
        sweep = listing.sweep(values, of)
        figures = written_figures(listing, values, digits)
        rows.append(Row("", Written(total(locals_), figures)))
        shares = {f"∂{n}": figure(sweep.along(path), digits, False) for n, path in enumerate(paths)}
        if len(paths) > 1:
            rows.append(Row("", Written(total([*map(ast.Name, shares)]), shares)))
        rows.append(Row("", Written(ast.Name(by), {by: figure(sweep.partials[by], digits, False)})))
    if paths == [(by, of)]:  # of one line the chain says nothing new
        rows = [rows[1]._replace(left=left), *rows[2:]]
    return Formula(distinct(rows))


def along(listing: Listing, path: Sequence[str]) -> ast.expr:
    r"""Return the product of the local partials along a path, as a person writes it: the last line's first.

    >>> listing = Listing.read("net = w * x\nout = sigmoid(net)")
    >>> print(ast.unparse(along(listing, ("w", "net", "out"))))
    out * (1 - out) * x
    """
    return product(*(slope(listing.line(line), name) for name, line in [*pairwise(path)][::-1]))


def total(terms: Sequence[ast.expr]) -> ast.expr:
    """Return the sum of some terms."""
    return reduce(lambda a, b: ast.BinOp(a, ast.Add(), b), terms)


class Markdown(str):
    """Markdown that a notebook shows as such."""

    def _repr_markdown_(self) -> str:
        return str(self)


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
    links = zip_longest(*(list(pairwise(path))[::-1] for path in paths))
    rows = ["| line | its derivative | here |", "|---|---|--:|"]
    for name, line_name in dict.fromkeys(link for row in links for link in row if link):
        line = listing.line(line_name)
        left = f"{LATEX.name(line.name)} = {written(Written(line.expression), LATEX)}"
        by = rf"\partial {LATEX.name(line.name)}/\partial {LATEX.name(name)}"
        value = slope_at(line, name, values)
        local = written(Written(slope(line, name)), LATEX)
        here = numeral(figure(value, digits, False), TEXT, SUM, first=True)
        rows.append(f"| ${left}$ | ${by} = {local}$ | {here} |")
    return Markdown("\n".join(rows))


def solution(listing: Listing, values: Mapping[str, Value] | None = None, digits: int = 6) -> Formula:
    r"""Return every line of a listing in names and, at values, in numbers and with its result.

    >>> print(solution(Listing.read("net = w * x\nout = sigmoid(net)")))
    net = w × x
    out = σ(net)
    """
    return Formula(
        tuple(row for name in listing.names for row in formula(listing, name, values, (), digits).rows)
    )
