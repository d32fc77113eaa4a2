"""What a listing reads, what it refuses, and how exactly it is run and swept."""

import ast
import functools
import re
import sys
from fractions import Fraction

import autograd
import autograd.numpy as anp
import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from listings import listings
from soak import tries

from bplit import forward, partials, passes, update
from bplit.article import FIRST_PASS, PASS
from bplit.article import given as article
from bplit.calculus import derivative, slope_at
from bplit.given import rounded
from bplit.line import KNOWN, replaced, squash
from bplit.listing import Listing
from bplit.reading import DEPTH, LENGTH, LINES

# The same ones every time: once in some hundred thousand, rounding alone exceeds any bound.
MANY = settings(max_examples=tries(300, 10_000), derandomize=True, suppress_health_check=list(HealthCheck))


def automatic(listing):
    """Return the last name of a listing as a function of its inputs, for another library to differentiate."""
    known = {"sigmoid": lambda t: anp.exp(-anp.logaddexp(0, -t))}
    known |= {name: getattr(anp, name) for name in ("exp", "log", "sqrt", "tanh")}
    body = "\n".join(f"    {line}" for line in listing.lines)
    exec(f"def f({', '.join(listing.inputs)}):\n{body}\n    return {listing.names[-1]}", known)
    return known["f"]


def sizes(listing, values, of):
    """Return for each name the sum of the sizes of all terms of its partial: what rounding is measured by.

    Every place in which a name stands counts by itself, because terms may cancel within a line.
    """
    size = dict.fromkeys((*listing.inputs, *listing.names), 0.0)
    size[of] = 1.0
    for line in reversed(listing.lines):
        places = []

        def apart(found, places=places):
            places.append(found[0])
            return f"place{len(places)}"

        expression = re.sub(r"\b(?:[abcd]|n\d)\b", apart, str(line).split(" = ")[1])
        alone = Listing.read(f"y = {expression}").line("y")
        here = {f"place{k}": values[name] for k, name in enumerate(places, 1)}
        for place, name in zip(here, places, strict=True):
            size[name] += size[line.name] * abs(slope_at(alone, place, here))
    return size


@pytest.mark.soak
@MANY
@given(listings())
def test_the_sweep_is_the_derivative(drawn):
    listing, numbers = drawn
    of = listing.names[-1]
    inputs = [name for name in listing.inputs if name in listing.needed(of)]
    assume(inputs)
    values = listing.run(numbers)
    sweep = listing.sweep(values, of)

    # Somebody else's autodiff: to 1e-12 of the paths, and of what a little noise in the values does.
    places = tuple(listing.inputs.index(name) for name in inputs)
    with np.errstate(all="ignore"):
        slopes = autograd.grad(automatic(listing), places)(*numbers.values())
    size = sizes(listing, values, of)
    random = np.random.default_rng(0)
    shaken = [{n: v * (1 + random.choice([-2e-11, 2e-11])) for n, v in values.items()} for _ in "ab"]
    noisy = [listing.sweep(other, of).partials for other in shaken]
    for name, slope in zip(inputs, slopes, strict=True):
        partial = sweep.partials[name]
        noise = sum(abs(other[name] - partial) for other in noisy)
        assert abs(partial - slope) <= 1e-12 * size[name] + noise, name

    # Central differences, at two steps: as exact as they agree with each other, and as rounding allows.
    rounding = 1e-15 / 1e-5 * sum(size[name] * (1 + abs(value)) for name, value in values.items())
    steps = np.array([1e-4, -1e-4, 1e-5, -1e-5])
    for name in inputs:
        up1, down1, up2, down2 = listing.run(numbers | {name: numbers[name] + steps})[of]
        wide, narrow = (up1 - down1) / 2e-4, (up2 - down2) / 2e-5
        assert abs(sweep.partials[name] - narrow) <= abs(wide - narrow) + rounding, name


@given(listings())
def test_arrays_are_run_and_swept_as_their_numbers_are(drawn):
    listing, numbers = drawn
    of = listing.names[-1]
    row = {name: np.array([numbers[name], 0.5, -1.0]) for name in listing.inputs}
    column = row | {name: np.array([[numbers[name]], [0.25]]) for name in listing.inputs[:1]}
    values = listing.run(column)
    sweep = listing.sweep(values, of)
    shape = np.broadcast_shapes(*(value.shape for value in column.values()))
    for place in np.ndindex(shape):
        one = {name: float(np.broadcast_to(value, shape)[place]) for name, value in column.items()}
        alone = listing.run(one)
        slopes = listing.sweep(alone, of).partials
        for name in listing.names:
            assert np.broadcast_to(values[name], shape)[place] == pytest.approx(alone[name], rel=1e-13)
        for name in listing.inputs:
            got = np.broadcast_to(sweep.partials[name], shape)[place]
            assert got == pytest.approx(slopes[name], rel=1e-9, abs=1e-12)


def test_the_pass_as_one_listing_prints_the_article_s_first_pass():
    values = PASS.run(article())
    assert {name: f"{values[name]:.6f}" for name in FIRST_PASS} == FIRST_PASS
    assert PASS.inputs == ("w1", "x1", "w2", "x2", "w3", "w4", "w5", "w6", "w7", "w8", "y1", "y2", "theta")
    assert [name for name in PASS.names if name in FIRST_PASS][:8] == list(FIRST_PASS)[:8]


@given(*[st.tuples(*[st.floats(-3, 3)] * n) for n in (2, 2, 8)], st.floats(0.01, 5))
def test_the_listing_calculates_what_the_functions_do(x, y, w, theta):
    f = forward(x, y, w)
    d = partials(f)
    new = update(f, d, theta)
    values = PASS.run(article(x, y, w, theta))
    wanted = vars(f) | vars(d) | {f"update_{name}": v for name, v in new._asdict().items()} | {"theta": theta}
    assert values == pytest.approx({name: wanted[name] for name in values}, rel=1e-13, abs=1e-16)


def test_every_stated_partial_is_the_swept_one_on_many_random_networks_at_once():
    random = np.random.default_rng(1)
    numbers = {name: random.uniform(-3, 3, (50, 40)) for name in PASS.inputs}
    values = PASS.run(numbers)
    sweep = PASS.sweep(values, "lost")
    for k in range(1, 9):
        assert np.max(np.abs(values[f"diff_w{k}"] - sweep.partials[f"w{k}"])) < 1e-15
    for stated, swept in (("o_delta_1", "o_in_1"), ("h_delta_2", "h_in_2")):
        assert np.max(np.abs(values[stated] - sweep.partials[swept])) < 1e-15


def test_a_partial_is_the_sum_of_its_paths_and_the_known_shares_come_out():
    values = PASS.run(article())
    sweep = PASS.sweep(values, "lost")
    for name in ("w1", "w4", "x2", "h_in_1", "w5"):
        shares = [sweep.along(path) for path in PASS.paths(name, "lost")]
        assert sum(shares) == pytest.approx(sweep.partials[name], rel=1e-14)
    one, two = (sweep.along(path) for path in PASS.paths("w1", "lost"))
    assert f"{one:.6f} {two:.6f}" == "0.000794 -0.000577"  # 0.040009 and -0.029066 times 0.198422 × 0.1


def test_the_paths_stand_in_reading_order_and_end_at_the_name():
    assert list(PASS.paths("lost1", "lost")) == [("lost1", "lost")]
    assert list(PASS.paths("lost", "lost")) == [("lost",)]
    assert list(PASS.paths("theta", "lost")) == []
    assert len(list(PASS.paths("x1", "lost"))) == 4


def test_relu_is_0_up_to_0_and_then_what_it_is_given():
    assert Listing.read("y = relu(x)").run({"x": [-2, -0.5, 0, 0.5, 3]})["y"].tolist() == [0, 0, 0, 0.5, 3]


def test_a_complex_step_gives_the_partial_to_every_digit():
    step = PASS.run(article() | {"w1": 1 + 1e-30j})["lost"].imag / 1e-30
    assert step == pytest.approx(PASS.sweep(PASS.run(article()), "lost").partials["w1"], rel=1e-14)


@pytest.mark.parametrize("name", KNOWN)
def test_every_slope_is_the_slope_also_as_it_is_written(name):
    known = KNOWN[name]
    t = np.linspace(0.3, 4, 38) if name in ("log", "sqrt") else np.linspace(-4, 4, 81)
    slope = known.value(t + 1e-30j).imag / 1e-30
    assert known.slope(t) == pytest.approx(slope, rel=1e-13)
    written = ast.parse(known.written, mode="eval")
    again = eval(compile(written, "", "eval"), {"t": t, "out": known.value(t), "step": KNOWN["step"].value})
    assert again == pytest.approx(slope, rel=1e-12, abs=1e-15)


def test_a_saturated_unit_keeps_its_slope():
    assert squash(0.0) == 0.5
    assert KNOWN["sigmoid"].slope(700.0) == pytest.approx(np.exp(-700.0), rel=1e-12)
    assert KNOWN["sigmoid"].slope(-700.0) == pytest.approx(np.exp(-700.0), rel=1e-12)
    swept = Listing.read("y = tanh(t)")
    assert swept.sweep(swept.run({"t": 100.0}), "y").partials["t"] == pytest.approx(
        4 * np.exp(-200.0), rel=1e-12
    )


def test_floats_come_back_as_floats_and_arrays_as_arrays():
    listing = Listing.read("a = 2\ny = a * sigmoid(x) ** 2 + z")
    for number in (1, np.float32(1), np.float64(1), np.array(1), True):
        values = listing.run({"x": number, "z": 0})
        assert {type(value) for value in values.values()} == {float}
        assert {type(value) for value in listing.sweep(values, "y").partials.values()} == {float}
    values = listing.run({"x": [1, 2], "z": 0})
    assert values["y"].dtype == np.float64
    assert values["a"] == 2.0
    for numbers, kind in (
        ([True, False], "float64"),
        (np.float32([1, 2]), "float64"),
        ([1, 1j], "complex128"),
    ):
        assert listing.run({"x": numbers, "z": 0})["x"].dtype == kind


def test_a_listing_stays_as_it_is_and_is_only_itself():
    listing = Listing.read("a = b")
    with pytest.raises(AttributeError):
        listing.lines = ()
    assert listing != Listing(listing.lines)


def test_a_name_may_come_from_anywhere():
    def typed(name):
        """Return a string that equals a name and is another object, as one that a reader typed."""
        return "".join(list(name))

    assert PASS.line(typed("o_in_1")).name == "o_in_1"
    assert list(PASS.paths(typed("w5"), typed("o_in_1"))) == [("w5", "o_in_1")]
    values = {typed(name): value for name, value in PASS.run(article()).items()}
    partials = PASS.sweep(values, typed("lost")).partials
    assert f"{partials[typed('w5')]:.6f}" == FIRST_PASS["diff_w5"]
    assert str(PASS.line(typed("h_in_1"))) == "h_in_1 = w1 * x1 + w2 * x2"
    assert ast.unparse(derivative(PASS.line("o_in_1").expression, typed("w5"))) == "h_out_1"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "listing: expected at least one assignment, got none"),
        ("b = a\na = 1", "line 1: a is used before it is assigned: b = a"),
        ("c = b + a\na = 1\nb = 1", "line 1: b is used before it is assigned: c = b + a"),
        ("a = a", "line 1: a is used before it is assigned: a = a"),
        ("a = 1\n\na = 2", "line 3: a is assigned twice: a = 2"),
        (
            "a = sin(b)",
            "line 1: unknown function sin, known are exp, log, sqrt, sigmoid, tanh, relu, step: a = sin(b)",
        ),
        ("a = np.exp(b)", "line 1: unknown function np.exp, known are"),
        ("a = exp(b, c)", "line 1: exp takes one argument: a = exp(b, c)"),
        ("a = exp", "line 1: expected only names, numbers, + - * / ** and functions: a = exp"),
        ("exp = 1", "line 1: exp is the name of a function: exp = 1"),
        ("a = 1\nprint(a)", "line 2: not an assignment to one name: print(a)"),
        ("a += 1", "line 1: not an assignment to one name: a += 1"),
        ("a = b = 1", "line 1: not an assignment to one name: a = b = 1"),
        ("a, b = 1, 2", "line 1: not an assignment to one name: a, b = 1, 2"),
        ("a: int = 1", "line 1: not an assignment to one name: a: int = 1"),
        ("a = __import__('os')", "line 1: unknown function __import__"),
        (
            "a = ().__class__",
            "line 1: expected only names, numbers, + - * / ** and functions: a = ().__class__",
        ),
        ("a = [i for i in b]", "line 1: expected only names, numbers"),
        ("a = b if c else d", "line 1: expected only names, numbers"),
        ("a = b % 2", "line 1: expected only names, numbers"),
        ("a = True", "line 1: expected only names, numbers, + - * / ** and functions: a = True"),
        ("a = 'b'", "line 1: expected only names, numbers"),
        ("a = '\\d'", "line 1: expected only names, numbers"),
        ("a = 1j", "line 1: expected only names, numbers"),
        ("a = 1e51", "line 1: expected numbers up to 1e+50, got 1e+51: a = 1e51"),
        ("a = 1e999", "line 1: expected numbers up to 1e+50, got inf"),
        ("a = " + "9" * 100, "line 1: expected numbers up to 1e+50, got 999"),
        ("a = b ** c", "line 1: expected a number from -100 to 100 as exponent: a = b ** c"),
        ("a = b ** 101", "line 1: expected a number from -100 to 100 as exponent"),
        ("a = 2 ** 2 ** 2", "line 1: expected a number from -100 to 100 as exponent"),
        ("a = 012", "(leading zeros in decimal integer literals are not permitted): a = 012"),
        ("a = (1", "line 1: Python cannot read it ('(' was never closed): a = (1"),
        ("a = 1\n\nb = (2", "line 3: Python cannot read it ('(' was never closed): b = (2"),
        ("a = 1\n  b = 2", "line 2: Python cannot read it (unexpected indent): b = 2"),
        ("a = 1\0", "line 1: Python cannot read it"),
        ("a = 1\nb=2\0", "line 2: Python cannot read it"),
        ("a = 1\nb = 2\n\nc=3\0\n\0", "line 4: Python cannot read it"),
        ("a = 1\nb = '\ud800'", "text: expected plain assignments, got something that Python cannot read"),
        ("a = 1\n\x0cb = sin(a)", "line 2: unknown function sin"),
        ("a = +b", "line 1: expected only names, numbers"),
        ("a = b ** True", "line 1: expected a number from -100 to 100 as exponent"),
        ("a = b ** " + "-" * 400 + "1", "line 1: expected a number from -100 to 100 as exponent"),
        ("a = b" + ".c" * 490, "line 1: expected only names, numbers"),
        ("a = b" + "()" * 480, "line 1: expected only names, numbers"),
        ("a = " + "not " * 480 + "b", "line 1: expected"),
        ("a = [0x" + "f" * 90_000 + "]", "line 1: expected only names|line 1: Python cannot read it"),
        ("a = " + "-" * (DEPTH + 1) + "b", "line 1: expected up to 120 operations nested in each other"),
        ("a = " + "b + " * 600 + "b", "line 1: expected up to 500 parts in a line"),
        ("a = " + "(" * 5000 + "b" + ")" * 5000, "text: expected plain|line 1: Python cannot read it"),
        ("a = " + "-" * 90_000 + "b", "text: expected plain|line 1: expected up to 500 parts"),
        ("a" * (LENGTH + 1), f"text: expected up to {LENGTH} characters, got {LENGTH + 1}"),
        ("a = 1\n" * (LINES + 1), f"text: expected up to {LINES} assignments, got {LINES + 1}"),
        ("\f\na = 1\x0b", "Python cannot read it"),
        (b"a = 1", "text: expected a string, got b'a = 1'"),
        (None, "text: expected a string, got None"),
    ],
)
def test_what_is_no_listing_is_named_with_its_line(text, says):
    with pytest.raises(ValueError, match="^.*$") as error:
        Listing.read(text)
    said = str(error.value)
    assert any(part in said for part in says.split("|")), said
    assert "\n" not in said
    assert len(said) < 300


@given(st.text(alphabet="ab=+-*/()12. \nexp\t\r\f#'\"\\,:[]{}λ\0", max_size=60))
@pytest.mark.soak
@settings(max_examples=tries(500, 5000))
def test_any_text_is_read_or_refused(text):
    said = ""
    try:
        listing = Listing.read(text)
    except ValueError as error:
        said = str(error)
    else:
        assert str(Listing.read(str(listing))) == str(listing)
    assert "\n" not in said


def test_nothing_handed_in_is_executed(tmp_path):
    mark = tmp_path / "mark"
    for text in (f"a = open({str(mark)!r}, 'w')", f"a = exp(open({str(mark)!r}, 'w'))", "a = exit()"):
        with pytest.raises(ValueError, match="^line 1: "):
            Listing.read(text)
    assert not mark.exists()


@pytest.mark.parametrize(
    ("text", "numbers", "says"),
    [
        ("a = b\nc = a / (b - 1)", {"b": 1}, "line 2: division by zero: c = a / (b - 1)"),
        ("a = 1 / b", {"b": [1, 0, 2]}, "line 1: division by zero: a = 1 / b"),
        ("a = b ** -1", {"b": 0}, "line 1: not a finite number: a = b ** -1"),
        ("a = (0 - b) ** 0.5", {"b": 2}, "line 1: not a finite number"),
        ("a = log(b)", {"b": 0.0}, "line 1: not a finite number: a = log(b)"),
        ("a = exp(b)", {"b": 1000}, "line 1: not a finite number: a = exp(b)"),
        ("a = b ** 100", {"b": 1e50}, "line 1: not a finite number"),
        ("a = b + c", {"b": [1, 2], "c": [1, 2, 3]}, "line 1: operands could not be broadcast"),
        ("a = b + c", {"b": 1}, "given: expected a value for c, got none"),
        ("a = b", {"b": 1, "c": 1}, "given: 'c' is no name of the listing"),
        ("a = b", {"b": 1, "a": 1}, "given: 'a' is calculated, not given"),
        ("a = b", {"b": "1"}, "b: expected a number or an array of numbers, got '1'"),
        ("a = b", {"b": None}, "b: expected a number or an array of numbers, got None"),
        ("a = b", {"b": [[1], [1, 2]]}, "b: expected a number or an array of numbers"),
        ("a = b", {"b": float("nan")}, "b: expected numbers from -1e+50 to 1e+50, got nan"),
        ("a = b", {"b": 10**60}, "b: expected"),
        ("a = b", {"b": bytearray(b"ab")}, "b: expected a number or an array of numbers"),
        ("a = b", {"b": np.ma.array([1, 2], mask=[0, 1])}, "b: expected a number or an array of numbers"),
        ("a = b", {"b": np.longdouble("1e4000")}, "b: expected numbers from -1e+50 to 1e+50"),
        ("a = b", None, "given: expected values by their names, got None"),
        ("a = 1 / (1 + exp(-b))", {"b": -800}, "line 1: not a finite number"),
        ("a = b * c", {"b": np.ones((5 * 10**6, 1)), "c": np.ones((1, 5 * 10**6))}, "line 1: "),
    ],
)
def test_a_point_where_it_cannot_be_calculated_is_named_with_its_line(text, numbers, says):
    with pytest.raises(ValueError, match="^.*$") as error:
        Listing.read(text).run(numbers)
    assert str(error.value).startswith(says)


def test_a_slope_is_right_or_refused_where_numbers_are_extreme():
    quotient = Listing.read("y = 1 / (1 + exp(-t))")
    partial = quotient.sweep(quotient.run({"t": -400}), "y").partials["t"]
    assert partial == pytest.approx(np.exp(-400.0), rel=1e-12)
    small = Listing.read("y = a / b")
    assert small.sweep(small.run({"a": 1e-170, "b": 1e-170}), "y").partials["a"] == pytest.approx(1e170)
    powers = Listing.read("p = x ** 4\nq = 2 * x ** 4\ny = x * q / p")
    assert powers.sweep(powers.run({"x": 1e30}), "y").partials["x"] == pytest.approx(2)
    assert powers.sweep(powers.run({"x": 1e50}), "y").partials["x"] == pytest.approx(2)
    many = Listing.read("y = a" + " * 1e50" * 7 + " + a * 2")
    with pytest.raises(ValueError, match="^line 1: too large a number in its derivative"):
        many.sweep(many.run({"a": 1e-300}), "y")
    unrelated = Listing.read("b = 2 * a\ny = -c")
    assert str(unrelated.sweep(unrelated.run({"a": 1, "c": 1}), "y").partials["a"]) == "0.0"


def test_what_is_missing_is_named():
    listing = Listing.read("y = a * b")
    with pytest.raises(ValueError, match="^values: expected a value for a, got none"):
        listing.sweep({}, "y")
    sweep = listing.sweep(listing.run({"a": 1, "b": 2}), "y")
    with pytest.raises(ValueError, match="^path: expected a path to y, but c does not stand in y"):
        sweep.along(["c", "y"])


def test_a_fraction_is_a_number():
    assert Listing.read("y = a").run({"a": Fraction(1, 4)}) == {"a": 0.25, "y": 0.25}


def test_a_line_without_a_slope_is_named():
    listing = Listing.read("a = sqrt(b)\nc = a + 1")
    values = listing.run({"b": 0})
    with pytest.raises(ValueError, match=r"^line 1: (not a finite number|division by zero): a = sqrt\(b\)"):
        listing.sweep(values, "c")
    with pytest.raises(ValueError, match="^name: expected one that a line assigns, got 'b'"):
        listing.sweep(values, "b")
    with pytest.raises(ValueError, match="^name: expected one that a line assigns, got 'z'"):
        list(listing.paths("z", "c"))


def test_a_function_is_read_only_if_it_is_straight():
    def swapped(f):
        x1, x2 = f.x2, f.x1
        y = x1 * x2
        return y

    def repeated(f):
        x1, x2 = f.x1, f.x1
        y = x1 * x2
        return y

    def uneven(f):
        x1, x2 = f.x1, f.x2, f.x3
        y = x1 * x2
        return y

    def named(function):
        return function

    @named
    def decorated(f):
        y = f.a * 2
        return y

    def looped(f):
        y = f.a
        for _ in range(3):
            y = y * 2
        return y

    def scaled(w, theta):
        theta = theta / 10
        new = w - theta
        return new

    def returned(a, b):
        y = a * b
        return y / 2

    def early(a):
        return a
        y = a * 2  # noqa: F841

    def merged(f, d):
        y = f.w * d.w
        return y

    def backwards(d, f):
        y = d.w * f.w
        return y

    def mixed(f):
        h = f.a * 2
        y = f.h + h
        return y

    def unpacked(x, w):
        h, o = layer(x, w)  # noqa: F821
        y = h * o
        return y

    def foreign(a):
        y = a.b * other.b  # noqa: F821
        return y

    def called(a):
        y = a * 2
        return sigmoid(y)  # noqa: F821

    def turned(a):
        y = a * 2
        return -y, a

    def overwritten(x, b):
        a = b * 2
        a, c = x
        y = a * c
        return a, c, y

    def shared(x, z):
        a, b = x
        a, c = z
        y = a * b * c
        return a, y

    def foreign_pair(x):
        a, b = other  # noqa: F821
        y = a * b * x
        return a, y

    def half_way(a):
        y = a * 2
        return a, y
        z = a * 3
        return z, y

    def hidden(a, b):
        t = (a * b, a / b)
        y = a + b
        return y, t

    here = r"^test_listing.py, line \d+: "
    for function, says in (
        (scaled, here + "theta comes from theta and from a line: theta = theta / 10$"),
        (returned, here + "not an assignment to one name: return y / 2$"),
        (early, here + "not an assignment to one name: return a$"),
        (merged, here + "w comes from f and from d: y = f.w"),
        (decorated, r"^function: expected a function without decorators, got <function"),
        (lambda f: f.a, r"^function: expected a function without decorators, got <function"),
        (uneven, here + "not an assignment to one name: x1, x2 = f.x1, f.x2, f.x3$"),
        (backwards, here + "w comes from d and from f"),
        (repeated, here + "not an assignment to one name: x1, x2 = f.x1, f.x1$"),
        (mixed, here + "h comes from a line and from f: y = f.h"),
        (unpacked, here + r"not an assignment to one name: h, o = layer\(x, w\)"),
        (foreign, here + r"expected only names.*: y = a.b \* other.b"),
        (hidden, here + "expected only names"),
        (called, here + r"expected a return of names: return sigmoid\(y\)"),
        (turned, here + "expected a return of names: return -y, a$"),
        (overwritten, here + "a comes from a line and from x: a, c = x$"),
        (shared, here + "a comes from x and from z: a, c = z$"),
        (foreign_pair, here + "not an assignment to one name: a, b = other"),
        (half_way, here + "not an assignment to one name: return a, y$"),
        (functools.cache(swapped), r"^function: expected|^test_listing.py"),
        (swapped, here + "not an assignment to one name: x1, x2 = f.x2, f.x1$"),
        (looped, here + r"not an assignment to one name: for _ in range\(3\): y = y \* 2$"),
        (passes, r"^byhand.py, line \d+: "),
        (len, "^function: expected one with its source, got <built-in function len>$"),
        (3, "^function: expected one with its source, got 3$"),
    ):
        with pytest.raises(ValueError, match=says):
            Listing.of(function)


def test_a_function_may_take_its_numbers_from_a_sequence_or_a_paper():
    def handing(x, f):
        """Say what this is for."""
        x1, x2 = x
        a, b = f.a, f.b
        y = x1 * a + x2 * b + f.c
        return x1, x2, y

    assert str(Listing.of(handing)) == "y = x1 * a + x2 * b + c"


def test_a_line_of_a_function_is_named_by_its_place_in_the_file():
    line = Listing.of(forward).line("h_in_1")
    assert str(line) == line.source == "h_in_1 = w1 * x1 + w2 * x2"
    source = sys.modules["bplit.byhand"].__file__
    with open(source, encoding="utf-8") as opened:
        rows = opened.readlines()
    for line in PASS.lines:
        file, number = line.place.split(", line ")
        assert file == "byhand.py"
        assert rows[int(number) - 1].strip() == line.source


def balanced(terms):
    """Write a sum of so many terms, nested as little as can be."""
    half = terms // 2
    return "b" if terms == 1 else f"({balanced(half)} + {balanced(terms - half)})"


@pytest.mark.parametrize(
    ("within", "beyond", "says"),
    [
        (
            "a = 1".ljust(100_000),
            "a = 1".ljust(100_001),
            "text: expected up to 100000 characters, got 100001",
        ),
        ("a = b" + " + b" * 119, "a = b" + " + b" * 120, "line 1: expected up to 120 operations nested"),
        # 250 names and 249 sums, and a sign or two
        ("a = -" + balanced(250), "a = --" + balanced(250), "line 1: expected up to 500 parts in a line"),
        ("a = b ** 100", "a = b ** 100.5", "line 1: expected a number from -100 to 100 as exponent"),
        ("a = b ** -100", "a = b ** -100.5", "line 1: expected a number from -100 to 100 as exponent"),
        ("a = 1e50", "a = 1.0000000000000002e50", "line 1: expected numbers up to 1e+50"),
    ],
)
def test_a_listing_is_read_up_to_its_bounds(within, beyond, says):
    assert Listing.read(within).names == ("a",)
    with pytest.raises(ValueError, match="^" + re.escape(says)):
        Listing.read(beyond)


def test_5000_assignments_are_read_but_not_one_more():
    with pytest.raises(ValueError, match="^line 2: a is assigned twice: a = 1$"):
        Listing.read("a = 1\n" * 5000)
    with pytest.raises(ValueError, match="^text: expected up to 5000 assignments, got 5001$"):
        Listing.read("a = 1\n" * 5001)


def test_a_message_shows_up_to_120_characters_of_a_line():
    for size, shown in ((120, 120), (121, 117)):
        line = f"a = sin({'b' * (size - 9)})"
        assert len(line) == size
        with pytest.raises(ValueError, match="^line 1: unknown function sin") as error:
            Listing.read(line)
        assert str(error.value).endswith(": " + line[:shown] + "..." * (shown < size))


def test_numbers_up_to_the_limit_may_be_given():
    listing = Listing.read("a = b")
    for number in (1e50, -1e50, [1e50, -1e50]):
        assert np.all(listing.run({"b": number})["a"] == number)
    for number in (1.0000000000000002e50, -1.0000000000000002e50):
        with pytest.raises(ValueError, match=r"^b: expected numbers from -1e\+50 to 1e\+50"):
            listing.run({"b": number})


@pytest.mark.parametrize(
    ("value", "places", "wanted"),
    [
        (0.125, 2, 0.13),
        (-0.125, 2, -0.13),
        (2.5, 0, 3.0),
        (0.35 + 0.0425, 3, 0.393),  # 0.39249999999999996
        (123456789.12345678, 6, 123456789.123457),
        (8000000.000000499, 6, 8000000.000001),  # a float next to 8000000.0000005
        (15000000.0000005, 6, 15000000.000001),
        (9999999999999.498, 0, 10000000000000.0),  # a float next to 9999999999999.5
        (10000000000000.5, 0, 10000000000001.0),
        (1 / 3, 12, 0.333333333333),
        (1 / 3, 17, 1 / 3),
        (1e300, 17, 1e300),
        (5e-324, 17, 0.0),
    ],
)
def test_a_number_is_rounded_by_its_digits(value, places, wanted):
    assert rounded(value, places) == wanted


def test_what_cannot_be_rounded_is_named():
    for value, places, says in (
        (1, 2, "places: expected single numbers to round, got 1"),
        (np.ones(2), 2, r"places: expected single numbers to round, got array\(\[1., 1.\]\)"),
        (0.5, 18, "places: expected up to 17, got 18"),
        (0.5, -1, "places: expected a whole number from 0 on, got -1"),
    ):
        with pytest.raises(ValueError, match=f"^{says}$"):
            rounded(value, places)


def test_a_run_may_carry_so_many_decimals():
    listing = Listing.read("a = b / 3\nc = 3 * a")
    assert listing.run({"b": 1}) == {"b": 1.0, "a": 1 / 3, "c": 1.0}
    assert listing.run({"b": 1}, 2) == {"b": 1.0, "a": 0.33, "c": 0.99}
    assert listing.run({"b": 1}, places=0) == {"b": 1.0, "a": 0.0, "c": 0.0}


# Numbers first and in one, no factor 1, no zeros; a - b instead of a + -b, and b - a instead of -(a - b).
@pytest.mark.parametrize(
    ("expression", "by_x", "by_y"),
    [
        ("3", "0", "0"),
        ("-x", "-1", "0"),
        ("y - x", "-1", "1"),
        ("x + 2", "1", "0"),
        ("x * y", "y", "x"),
        ("x * x", "x + x", "0"),
        ("x * (1 - x)", "1 - x - x", "0"),
        ("y * x - z * x", "y - z", "x"),
        ("x - 2 * x * y", "1 - 2 * y", "-2 * x"),
        ("-2 * x * y + x", "-2 * y + 1", "-2 * x"),
        ("x * y + x * z / 2", "y + z / 2", "x"),
        ("2 * x + 3 * x", "5", "0"),
        ("2 * x - 3 * x", "-1", "0"),
        ("2 * x - 2 * x", "0", "0"),
        ("x / 2 + x / 3", "5 / 6", "0"),
        ("-2 * (3 * x)", "-6", "0"),
        ("3 * y * 2 * x", "6 * y", "6 * x"),
        ("(y - x) * 3", "-3", "3"),
        ("(1 - x) ** 2 / 2", "x - 1", "0"),
        ("(y - z) * x / 2", "(y - z) / 2", "x / 2"),
        ("(y - z) * -x", "z - y", "-x"),
        ("(y - z) * (z - y) * -x", "(z - y) * (z - y)", "-(z - y + (z - y)) * x"),
        ("x / y", "1 / y", "-(x / y) / y"),
        ("x / -2", "-1 / 2", "0"),
        ("x / 0", "1 / 0", "0"),
        ("2 * x / 4", "1 / 2", "0"),
        ("x * y / 4", "y / 4", "x / 4"),
        ("x / (2 * y)", "1 / (2 * y)", "-(x / (2 * y)) / y"),
        ("x / (y / 2)", "2 / y", "-(x / (y / 2)) / y"),
        ("x / 7", "1 / 7", "0"),
        ("x / 8", "1 / 8", "0"),
        ("x / 10", "0.1", "0"),
        ("x / 11", "1 / 11", "0"),
        ("x / 16", "0.0625", "0"),
        ("x / 17", "1 / 17", "0"),
        ("x * 0.3", "0.3", "0"),
        ("0.3 * x * y", "0.3 * y", "0.3 * x"),
        ("x / 0.1", "10", "0"),
        ("x ** 0", "0", "0"),
        ("x ** 1", "1", "0"),
        ("x ** 2", "2 * x", "0"),
        ("x ** 3", "3 * x ** 2", "0"),
        ("x ** -1", "-x ** -2", "0"),
        ("x ** 0.5", "x ** -0.5 / 2", "0"),
        ("x * 1e15 * 3", "3000000000000000", "0"),
        ("x * 1e16", "1e+16", "0"),
        ("x * 1e16 * 3", "3e+16", "0"),
        ("exp(2 * x)", "2 * exp'(2 * x)", "0"),
        ("log(-x)", "-log'(-x)", "0"),
        ("sqrt(x) * tanh(y)", "sqrt'(x) * tanh(y)", "sqrt(x) * tanh'(y)"),
    ],
)
def test_a_derivative_is_written_as_a_person_writes_it(expression, by_x, by_y):
    node = Listing.read(f"n = {expression}").line("n").expression
    assert ast.unparse(derivative(node, "x")) == by_x
    assert ast.unparse(derivative(node, "y")) == by_y


def test_parts_are_changed_wherever_they_stand_and_the_others_stay_the_same():
    node = ast.parse("-a + sigmoid(b) * c", mode="eval").body
    assert ast.unparse(replaced(node, {"a": ast.Name("x")})) == "-x + sigmoid(b) * c"
    assert ast.unparse(replaced(node, {"b": ast.Name("x")})) == "-a + sigmoid(x) * c"
    assert replaced(node, {"d": ast.Name("x")}) is node
    assert replaced(node, {"a": ast.Name("x")}).right is node.right
    assert replaced(node, {"c": ast.Name("x")}).left is node.left
    assert replaced(node, {"c": ast.Name("x")}).right.left is node.right.left


def test_units_are_of_these_kinds():
    assert [name for name, known in KNOWN.items() if known.unit] == ["sigmoid", "tanh", "relu"]


def test_a_text_of_several_lines_is_shown_whole():
    with pytest.raises(ValueError, match=r"^line 3: unknown function f.*: c = f\( a\)$"):
        Listing.read("a = 1\nb = 2\nc = f(\n    a)\nd = 3\n")
