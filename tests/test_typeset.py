"""What is typeset is read again, as a reader would, and has to give the same numbers."""

import re
import xml.etree.ElementTree as ElementTree

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from listings import listings
from math_core import LatexToMathML
from soak import tries

from bplit.article import FIRST_PASS, PASS
from bplit.article import given as article
from bplit.line import evaluated
from bplit.listing import Listing
from workings.write.formulas import derivation, formula, slope, solution, steps, ways
from workings.write.languages import LATEX, PYTHON, TEXT, Written, broken, figure, written

MANY = settings(max_examples=tries(120, 1000), derandomize=True, suppress_health_check=list(HealthCheck))
NORMAL = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")
SIGNS = {"−": "-", "×": "*", "^": "**", "σ": "sigmoid", "ln": "log", "θ": "theta"}


def from_text(text):
    """Read plain text as Python."""
    text = re.sub("[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+", lambda found: f"**({found[0].translate(NORMAL)})", text)
    for sign, python in (
        ("−", "-"),
        ("×", "*"),
        ("^", "**"),
        ("σ(", "sigmoid("),
        ("ln(", "log("),
        ("θ", "theta"),
    ):
        text = text.replace(sign, python)
    return text


def from_latex(text):
    """Read LaTeX as Python, by way of the MathML that a browser would show."""
    mathml = LatexToMathML().convert_with_local_state(text, displaystyle=True)
    root = ElementTree.fromstring(mathml.replace("&ApplyFunction;", ""))
    python = read(root)
    return re.sub(r"(\d+(?:\.\d+)?)\*\(10\)\*\*\((-?\d+)\)", r"\1e\2", python).replace("(10)**", "10.0**")


def read(element):
    """Read an element of MathML as Python."""
    parts = [read(child) for child in element]
    match element.tag:
        case "mfrac":
            return f"(({parts[0]})/({parts[1]}))"
        case "msup":
            return f"exp({parts[1]})" if parts[0] == "e" else f"({parts[0]})**({parts[1]})"
        case "msqrt":
            return f"sqrt({''.join(parts)})"
        case "mo" | "mi" | "mn" | "mtext":
            return SIGNS.get(element.text, element.text or "")
        case "mspace":
            return ""
    return "".join(parts)


READERS = [(TEXT, from_text), (PYTHON, str), (LATEX, from_latex)]


@pytest.mark.soak
@MANY
@given(listings(), st.integers(0, 12))
def test_a_line_read_again_gives_the_same_value(drawn, digits):
    listing, numbers = drawn
    values = listing.run(numbers)
    for line in listing.lines:
        figures = {name: figure(values[name], digits, name in numbers) for name in line.uses}
        shown = {name: float(text) for name, text in figures.items()}
        alone = Listing.read(str(line))
        for style, reader in READERS:
            names = Listing.read(f"{line.name} = " + reader(written(Written(line.expression), style)))
            here = {name: values[name] for name in names.inputs}
            assert names.run(here)[line.name] == pytest.approx(values[line.name], rel=1e-14, abs=1e-300)
            typed = Listing.read(
                f"{line.name} = " + reader(written(Written(line.expression, figures), style))
            )
            wanted = alone.run({name: shown[name] for name in alone.inputs})[line.name]
            assert typed.run({})[line.name] == pytest.approx(wanted, rel=1e-14, abs=1e-300), style


@pytest.mark.soak
@MANY
@given(listings(), st.integers(10, 80))
def test_breaking_a_formula_over_rows_changes_nothing_but_the_rows(drawn, width):
    for line in drawn[0].lines:
        what = Written(line.expression)
        for style in (TEXT, LATEX):
            rows = broken(what, style, width)
            assert " ".join(rows).replace(" ", "") == written(what, style).replace(" ", "")
        for row in broken(what, TEXT, width)[1:]:
            assert row[0] in "+−×"


@pytest.mark.soak
@MANY
@given(listings())
def test_the_local_partial_as_it_is_written_has_the_swept_value(drawn):
    listing, numbers = drawn
    values = listing.run(numbers)
    for line in listing.lines:
        sweep = listing.sweep(values, line.name)
        for name in line.uses:
            spelled = Listing.read("result = " + written(Written(slope(line, name)), PYTHON))
            value = spelled.run({n: values[n] for n in spelled.inputs})["result"]
            # the slope of a saturated unit is written with 1 - out, which has lost its digits
            assert value == pytest.approx(sweep.local[line.name, name], rel=1e-6, abs=1e-9)


@pytest.mark.soak
@MANY
@given(listings())
def test_every_row_of_a_derivation_comes_to_the_partial(drawn):
    listing, numbers = drawn
    of = listing.names[-1]
    values = listing.run(numbers)
    sweep = listing.sweep(values, of)
    for name in listing.inputs:
        if name not in listing.needed(of) or len(list(listing.paths(name, of))) > 64:
            continue
        known = {f"d_{a}_d_{b}": value for (a, b), value in sweep.local.items()}
        size = sum(abs(sweep.along(path)) for path in listing.paths(name, of))
        for row in derivation(listing, name, of, values, digits=14).rows:
            text = written(row.right, PYTHON)
            if row.right.figures:
                value = Listing.read(f"result = {text}").run({})["result"]
            elif "d_" in text:
                links = Listing.read(f"result = {text}")
                value = links.run({link: known[link] for link in links.inputs})["result"]
            else:
                value = evaluated(row.right.node, values)
            assert value == pytest.approx(sweep.partials[name], rel=1e-6, abs=1e-7 * (1 + size)), text


@pytest.mark.parametrize(
    ("line", "text", "latex"),
    [
        ("a - (b - c)", "a − (b − c)", r"\text{a} - (\text{b} - \text{c})"),
        ("a - b - c", "a − b − c", r"\text{a} - \text{b} - \text{c}"),
        ("(a + b) * c", "(a + b) × c", r"(\text{a} + \text{b}) \times \text{c}"),
        ("a * (b * c)", "a × (b × c)", r"\text{a} \times (\text{b} \times \text{c})"),
        ("a / b * c", "(a / b) × c", r"\frac{\text{a}}{\text{b}} \times \text{c}"),
        ("a / (b * c)", "a / (b × c)", r"\frac{\text{a}}{\text{b} \times \text{c}}"),
        ("a / b / c", "(a / b) / c", r"\frac{\frac{\text{a}}{\text{b}}}{\text{c}}"),
        ("-a * b", "−a × b", r"-\text{a} \times \text{b}"),
        ("a * -b", "a × (−b)", r"\text{a} \times (-\text{b})"),
        ("-(a + b)", "−(a + b)", r"-(\text{a} + \text{b})"),
        ("a - -b", "a − (−b)", r"\text{a} - (-\text{b})"),
        ("-(-a)", "−(−a)", r"-(-\text{a})"),
        ("(-a) ** 2", "(−a)²", r"{(-\text{a})}^{2}"),
        ("-a ** 2", "−a²", r"-{\text{a}}^{2}"),
        ("(a ** 2) ** 3", "(a²)³", r"{\left({\text{a}}^{2}\right)}^{3}"),
        ("a ** -1", "a⁻¹", r"{\text{a}}^{-1}"),
        ("a ** 0.5", "a^(0.5)", r"{\text{a}}^{0.5}"),
        ("(a / b) ** 2", "(a / b)²", r"{\left(\frac{\text{a}}{\text{b}}\right)}^{2}"),
        ("sigmoid(-a)", "σ(−a)", r"\sigma(-\text{a})"),
        ("exp(-a)", "exp(−a)", r"e^{-\text{a}}"),
        ("log(a / b)", "ln(a / b)", r"\ln\left(\frac{\text{a}}{\text{b}}\right)"),
        ("w5 - theta * diff_w5", "w5 − θ × diff_w5", r"\text{w5} - \theta \times \text{diff\_w5}"),
        ("-(a / b) * c", "(−a / b) × c", r"-\frac{\text{a}}{\text{b}} \times \text{c}"),
        ("a ** 1e-7", "a^(1e-07)", r"{\text{a}}^{10^{-7}}"),
        ("1e-7 ** 2", "(1e-07)²", r"{\left(10^{-7}\right)}^{2}"),
        ("1e-7 * a", "1e-07 × a", r"10^{-7} \times \text{a}"),
    ],
)
def test_brackets_stand_where_they_are_needed_and_nowhere_else(line, text, latex):
    expression = Listing.read(f"y = {line}").line("y").expression
    assert written(Written(expression)) == text
    assert written(Written(expression), LATEX) == latex


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("a * b", "−0.5 × (−2)"),
        ("a + b * c", "−0.5 + (−2) × 3"),
        ("c + a * b", "3 + (−0.5) × (−2)"),
        ("(a + b) * c", "(−0.5 + (−2)) × 3"),
        ("a ** 2", "(−0.5)²"),
        ("-a", "−(−0.5)"),
        ("a / b", "−0.5 / (−2)"),
        ("sigmoid(a)", "σ(−0.5)"),
        ("(c - a) ** 2 / 2", "(3 − (−0.5))² / 2"),
    ],
)
def test_a_negative_number_gets_brackets_where_a_person_writes_them(line, text):
    listing = Listing.read(f"y = {line}")
    numbers = {"a": -0.5, "b": -2.0, "c": 3.0}
    values = listing.run({name: numbers[name] for name in listing.inputs})
    assert formula(listing, "y", values).text().splitlines()[1] == f"  = {text}"


@pytest.mark.parametrize(
    ("value", "digits", "short", "text"),
    [
        (0.0, 3, False, "0.000"),
        (0.0, 3, True, "0"),
        (1.0, 6, True, "1"),
        (0.98, 6, False, "0.980000"),
        (0.00021714, 6, False, "0.000217"),
        (1e-9, 6, False, "1.00000e-09"),
        (1e-9, 6, True, "1e-09"),
        (1234567.0, 2, False, "1234567.00"),
        (1e12, 2, False, "1.0e+12"),
        (-0.5, 0, False, "-5e-01"),
        (2.5, 0, False, "3"),
        (100.0, 0, True, "100"),
    ],
)
def test_a_number_is_written_to_its_digits(value, digits, short, text):
    assert figure(value, digits, short) == text


def test_the_rows_of_the_first_pass_end_in_the_article_s_figures():
    values = PASS.run(article())
    for name, printed in FIRST_PASS.items():
        assert formula(PASS, name, values).text().splitlines()[-1].split("= ")[1].replace("−", "-") == printed
        assert formula(PASS, name, values).python().splitlines()[-1] == f"# = {printed}"
    whole = solution(PASS, values).text()
    assert whole.count("\n") + 1 == 3 * len(PASS.names)
    assert solution(PASS).text().count("\n") + 1 == len(PASS.names)


def test_python_runs():
    values = PASS.run(article())
    names = dict(article())
    exec(solution(Listing.read("a = w1 * x1\nb = a - y1"), None).python(), names)
    assert names["b"] == values["w1"] * 0.1 - 0.55


def test_a_derivation_shows_the_two_ways_of_w1():
    rows = [row.strip() for row in derivation(PASS, "w1", "lost", PASS.run(article())).text(110).splitlines()]
    assert rows[-2:] == ["= 0.000794 + (−0.000577)", "= 0.000217"]
    assert "= (o_out_1 − y1) × o_out_1 × (1 − o_out_1) × w5 × h_out_1 × (1 − h_out_1) × x1" in rows
    assert "+ (o_out_2 − y2) × o_out_2 × (1 − o_out_2) × w7 × h_out_1 × (1 − h_out_1) × x1" in rows


def test_a_table_of_steps_has_a_row_a_line():
    (path,) = ways(PASS, "w5", "lost")
    table = steps(PASS, PASS.run(article()), path)
    assert [row.split("|")[3].strip() for row in table.splitlines()[2:]] == [
        "1.000000",
        "0.260646",
        "0.153499",
        "0.727108",
    ]


def test_a_wide_formula_breaks_at_its_signs():
    latex = formula(PASS, "diff_w1", PASS.run(article()), inner=["h_delta_1"]).latex()
    assert latex.count(r"&\quad {}\times") == 2
    assert latex.count(r"\\") == 4
    assert formula(PASS, "diff_w5").latex() == r"\text{diff\_w5} = \text{o\_delta\_1} \times \text{h\_out\_1}"
    assert formula(PASS, "diff_w5").myst() == "$$\n" + formula(PASS, "diff_w5").latex() + "\n$$\n"
    assert formula(PASS, "diff_w5")._repr_latex_().startswith("$$")


def test_the_slope_of_a_sigmoid_is_not_torn_apart_and_terms_stand_further_out_than_factors():
    text = derivation(PASS, "w1", "lost", PASS.run(article())).text(50)
    assert "\n                × o_out_1 × (1 − o_out_1) × w5\n" in text
    assert "\n              + (o_out_2 − y2)\n" in text
    assert formula(Listing.read("y = out * (1 - out)"), "y").text(10) == "y = out × (1 − out)"


def test_what_cannot_be_written_is_named():
    values = PASS.run(article())
    with pytest.raises(ValueError, match="^name: expected one that a line assigns, got 'w1'"):
        formula(PASS, "w1")
    with pytest.raises(ValueError, match="^digits: expected a whole number from 0 on, got -1"):
        formula(PASS, "lost", values, digits=-1)
    with pytest.raises(ValueError, match="^values: expected one number for each name, got array"):
        formula(PASS, "lost", PASS.run(article() | {"w1": np.ones(2)}))
    with pytest.raises(ValueError, match="^by: expected 1 to 64 paths of 1 to 63 lines from theta to lost$"):
        derivation(PASS, "theta", "lost")
    doubling = Listing.read("\n".join(f"n{k}a = n{k} * a\nn{k + 1} = n{k} + n{k}a" for k in range(8)))
    with pytest.raises(ValueError, match="^by: expected 1 to 64 paths of 1 to 63 lines from n0 to n8$"):
        derivation(doubling, "n0", "n8")
    long = Listing.read("\n".join(f"n{k + 1} = sigmoid(n{k})" for k in range(1000)))
    with pytest.raises(ValueError, match="^by: expected 1 to 64 paths of 1 to 63 lines from n0 to n1000$"):
        derivation(long, "n0", "n1000")
    with pytest.raises(ValueError, match="^by: expected 1 to 64 paths of 1 to 63 lines from w1 to w1$"):
        derivation(Listing.read("w1 = a"), "w1", "w1")
    grown = Listing.read("\n".join(f"n{k + 1} = n{k} * n{k}" for k in range(40)))
    with pytest.raises(ValueError, match=r"^line \d+: written out it has \d+ parts, expected up to 500: n"):
        formula(grown, "n40", inner=grown.names)
    with pytest.raises(ValueError, match="^name: expected one that a line assigns, got 'typo'"):
        formula(PASS, "lost", inner=["typo"])
    for digits in (18, 10**8):
        with pytest.raises(ValueError, match=f"^digits: expected up to 17, got {digits}"):
            formula(PASS, "lost", values, digits=digits)
    with pytest.raises(ValueError, match="^values: expected a value for w1, got none"):
        formula(PASS, "lost", {})
    with pytest.raises(ValueError, match="^line 1: b does not stand in it: c = a"):
        steps(Listing.read("c = a\nd = b + c"), {"a": 1.0, "b": 1.0, "c": 1.0, "d": 2.0}, ("b", "c"))


def test_no_row_says_what_the_one_above_says():
    assert str(formula(Listing.read("y = 2"), "y", {"y": 2})) == "y = 2\n  = 2.000000"
    minus = Listing.read("y = -a")
    assert str(derivation(minus, "a", "y", minus.run({"a": 1}))) == "∂y/∂a = −1\n      = −1.000000"
    assert figure(-0.0, 2, False) == "0.00"


def test_a_quotient_s_own_name_stands_in_its_derivative():
    listing = Listing.read("p = a / b")
    assert str(derivation(listing, "b", "p")) == "∂p/∂b = −p / b"
    assert str(derivation(listing, "a", "p")) == "∂p/∂a = 1 / b"
    assert written(Written(slope(Listing.read("y = a / 12").line("y"), "a"))) == "1 / 12"


def full(listing, name, *inner):
    """Return a line with the lines of inner names written out in it, as Python."""
    return formula(listing, name, None, inner).python().removeprefix(f"{name} = ")


def test_an_expression_is_written_out_up_to_500_parts():
    listing = Listing.read("a = -b\nc = a * a\nd = c - a")
    assert full(listing, "d") == "c - a"
    assert full(listing, "d", "c") == "a * a - a"
    assert full(listing, "d", "a", "c") == "-b * (-b) - (-b)"
    assert full(listing, "d", "c", "a", "a") == "-b * (-b) - (-b)"
    everywhere = Listing.read("a = b + 1\ny = -a * sigmoid(a) / a ** 2\nz = b * a")
    assert full(everywhere, "y", "a") == "-(b + 1) * sigmoid(b + 1) / (b + 1) ** 2"
    assert full(everywhere, "z", "a") == "b * (b + 1)"
    # n0 has 3 parts, and each other line twice those of the line before, and its sum
    doubled = Listing.read("n0 = b + 1\n" + "".join(f"n{k} = n{k - 1} + n{k - 1}\n" for k in range(1, 8)))
    assert len(full(doubled, "n6", *doubled.names[:6]).split(" + ")) == 128
    with pytest.raises(ValueError, match="^line 8: written out it has 511 parts, expected up to 500: n7 ="):
        full(doubled, "n7", *doubled.names[:7])
    sum_of_sums = Listing.read("a = b + c + 1\nd = a" + " + a" * 99)
    with pytest.raises(ValueError, match="^line 2: written out it has 599 parts"):
        full(sum_of_sums, "d", "a")
    terms = "a" + " + a" * 99
    sum_of_products = Listing.read(f"a = -(b * c)\nd = -({terms})\ne = -({terms}) + d")
    assert full(sum_of_products, "d", "a").count("-b * c") == 100
    with pytest.raises(ValueError, match="^line 3: written out it has 502 parts"):
        full(sum_of_products, "e", "a")
    with pytest.raises(ValueError, match="^name: expected one that a line assigns, got 'b'$"):
        full(listing, "d", "b")
