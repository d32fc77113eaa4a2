"""A quick run gives what the plain one gives, and refuses what no run can use."""

import ast
import math

import numpy as np
import pytest

from bplit import byhand, crossed, forward, partials, passes, update
from bplit.line import Line
from bplit.listing import Listing
from workings.speed import logistic, repeat

RIGHT = Listing.of(forward, partials, update)
CROSSED = Listing.of(forward, crossed, update)
GIVEN = {name: getattr(forward(), name, byhand.THETA) for name in RIGHT.inputs}
LISTINGS = [
    "update_a = a - 0.1 * tanh(a * b) + log(1 + exp(-a)) / 3\nc = sqrt(update_a ** 2 + 1)",
    "s = sigmoid(-a)\nupdate_a = s ** 3 + (1 + s) ** -2 - s ** 0.5 - -b\nupdate_b = b / 2 + (2 + s) ** -1.5",
    "update_a = a ** 0 + 2 ** 70 / 3 ** 70 + 1e-3 * (a - (b - (a - b)))\nupdate_b = b * (1 - tanh(b) ** 2)",
    "update_a = relu(a - b) - 0.1 * relu(b - a)\nupdate_b = b - 0.1 * step(a - b) * (a - 1) + step(-a)",
    "n = a / b\nstate = n + a\nrange = state * i\nupdate_a = exp(-(range ** 2))\nupdate_i = v_i * i",
    "s = a * (1 - a)\nt = (s - b) * s * (1 - s)\nupdate_a = s\nupdate_b = relu(t) + step(t) * 0.5 - s ** 2",
    "update_b = b + 0.1 * a\nupdate_a = a + 0.1 * update_b * b\nupdate_c = 2\nd = c * c",
]
FAILING = {
    "c = 1 / a": "line 1: not a finite number .*: c = 1 / a",
    "b = a\nc = log(a - 1)": r"line 2: not a finite number .*: c = log\(a - 1\)",
    "c = (a - 1) ** 0.5": "line 1: not a finite number",
    "c = (1e50 + a) ** 100": "line 1: not a finite number",
    "c = a ** -2": "line 1: not a finite number",
    "c = exp(1000 + a)": "line 1: not a finite number",
}


def some(listing, *shape):
    """Return random values for the inputs of a listing, the same in every call."""
    rng = np.random.default_rng(1)
    return {name: rng.uniform(0.5, 1.5, shape) for name in listing.inputs}


def one(values, *place):
    return {name: value[place] for name, value in values.items()}


def slowly(listing, n, given):
    """Return the values of the n-th pass by `Listing.run`, one pass after the other."""
    for _ in range(n - 1):
        values = listing.run(given)
        given = {name: values.get(f"update_{name}", given[name]) for name in listing.inputs}
    return listing.run(given)


def assert_same(values, expected):
    assert list(values) == list(expected)
    for name, value in values.items():
        # the numbers are about 1, and their differences therefore as exact as that
        np.testing.assert_allclose(value, expected[name], rtol=1e-12, atol=1e-14, err_msg=name)


@pytest.mark.parametrize("n", [1, 2, 10, 100, 1000])
@pytest.mark.parametrize(("listing", "rule"), [(RIGHT, partials), (CROSSED, crossed)])
def test_a_run_equals_the_passes(n, listing, rule):
    values = repeat(listing, n, GIVEN)
    *_, f = passes(n, rule=rule)
    wanted = {name: value for name, value in vars(f).items() if name in values}
    assert_same({name: values[name] for name in wanted}, wanted)
    assert all(type(value) is float for value in values.values())


@pytest.mark.parametrize(
    ("listing", "lost"),
    [
        (RIGHT, ["0.0518956728931", "0.0409317918877", "0.00465138805325", "0.000399983376811"]),
        (CROSSED, ["0.0518956728931", "0.0409254668911", "0.00504936047507", "0.000467508796192"]),
    ],
)
def test_a_run_has_the_articles_digits(listing, lost):
    assert [f"{repeat(listing, n, GIVEN)['lost']:.12g}" for n in (1, 10, 100, 1000)] == lost
    given = {name: np.full(3, value) for name, value in GIVEN.items()}
    for n, text in zip((1, 10, 100, 1000), lost, strict=True):
        assert [f"{value:.12g}" for value in repeat(listing, n, given)["lost"]] == [text] * 3


@pytest.mark.parametrize("text", LISTINGS)
def test_any_listing_runs_as_slowly(text):
    listing = Listing.read(text)
    for n in 1, 2, 7:
        given = some(listing, 2, 3)
        assert_same(repeat(listing, n, given), slowly(listing, n, given))
        assert_same(repeat(listing, n, one(given, 0, 1)), slowly(listing, n, one(given, 0, 1)))


def test_networks_do_not_mix():
    given = some(RIGHT, 50_005)  # they go through their passes in pieces
    values = repeat(RIGHT, 5, given)
    for place in [*range(0, 50_005, 997), 1023, 1024, 24_999, 25_000, -1]:
        assert_same(one(values, place), repeat(RIGHT, 5, one(given, place)))


def test_what_is_given_stays_as_it_is():
    given = some(RIGHT, 10)
    kept = {name: value.copy() for name, value in given.items()}
    repeat(RIGHT, 5, given)
    assert all((given[name] == kept[name]).all() for name in given)


def test_shapes_broadcast():
    listing = Listing.read("b = a * c\nupdate_a = a + b\nd = 1 + e")
    given = {"a": np.array([[1], [2]]), "c": [1, 2, 3], "e": 1}
    values = repeat(listing, 3, given)
    assert {value.shape for value in values.values()} == {(2, 3)}
    assert values["a"].tolist() == [[4, 9, 16], [8, 18, 32]]
    assert values["d"].dtype == float
    assert repeat(listing, 3, {"a": [], "c": 1, "e": 1})["b"].shape == (0,)
    with pytest.raises(ValueError, match=r"^given: .*shape"):
        repeat(listing, 3, {"a": [1, 2], "c": [1, 2, 3], "e": 1})


def test_updates_may_be_chosen():
    listing = Listing.read("c = a + b")
    fibonacci = repeat(listing, 10, {"a": 0, "b": 1}, {"a": "b", "b": "c"})
    assert fibonacci["c"] == 89
    fibonacci = repeat(listing, 10, {"a": 0, "b": [1, 2]}, {"a": "b", "b": "c"})
    assert fibonacci["c"].tolist() == [89, 178]
    swapped = repeat(listing, 4, {"a": [0, 1], "b": 2}, {"a": "b", "b": "a"})
    assert [swapped[name].tolist() for name in "abc"] == [[2, 2], [0, 1], [2, 3]]
    both = repeat(listing, 4, {"a": [0, 1], "b": 2}, {"a": "c", "b": "c"})
    assert both["c"].tolist() == [16, 24]
    assert repeat(listing, 10, {"a": 3, "b": 1}, {}) == {"a": 3, "b": 1, "c": 4}
    for wrong in {"a": "d"}, {"c": "a"}, {"a": 1}, {"": []}:
        with pytest.raises(ValueError, match=r"^updates: expected an input and a name, got "):
            repeat(listing, 2, {"a": 0, "b": 1}, wrong)


@pytest.mark.parametrize("n", [0, -1, 1.5, "2", None])
def test_n_is_a_whole_number(n):
    with pytest.raises(ValueError, match=r"^n: expected a whole number from 1 on"):
        repeat(RIGHT, n, GIVEN)


@pytest.mark.parametrize("value", [math.nan, math.inf, 1e51, 10**400, "1", None, 1j, [0.5, math.nan], [1j]])
def test_inputs_are_real_numbers(value):
    with pytest.raises(ValueError, match=r"^w1: expected"):
        repeat(RIGHT, 2, GIVEN | {"w1": value})


def test_inputs_are_those_of_the_listing():
    with pytest.raises(ValueError, match=r"^given: expected a value for w1"):
        repeat(RIGHT, 2, {})
    with pytest.raises(ValueError, match=r"^given: 'w9' is no name"):
        repeat(RIGHT, 2, GIVEN | {"w9": 1})


@pytest.mark.parametrize("text", FAILING)
def test_a_line_that_fails_is_named(text):
    listing = Listing.read(text)
    for a in 0.0, np.zeros(3):
        with pytest.raises(ValueError, match=f"^{FAILING[text]}"):
            repeat(listing, 2, {"a": a})


def test_a_line_that_fails_on_the_way_is_named():
    listing = Listing.read("update_a = a - 1\nb = 2 * a\nupdate_c = c / a")
    for a in 2.0, [2.0, 3.0]:
        with pytest.raises(ValueError, match="^line 3: not a finite number .*: update_c = c / a"):
            repeat(listing, 5, {"a": a, "c": 1})


def test_a_run_that_grows_beyond_all_bounds_is_refused():
    for a in 2.0, [2.0, 3.0]:
        with pytest.raises(ValueError, match="not a finite number"):
            repeat(Listing.read("update_a = a * a"), 20, {"a": a})


def test_the_sigmoid_without_a_branch_is_the_sigmoid():
    ts = [0.0, -0.0, 5e-324, 1e308, -1e308, *np.random.default_rng(1).normal(0, 20, 1000)]
    np.testing.assert_array_max_ulp(logistic(np.array(ts)), np.array([byhand.sigmoid(t) for t in ts]), 2)


def test_nothing_but_known_functions_is_in_reach():
    for call in "open(a)", "__import__(a)", "getattr(a)":
        forged = Listing((Line("b", ast.parse(call, mode="eval").body, "line 1", call),))
        for a in 1.0, [1.0]:
            with pytest.raises((NameError, KeyError)):
                repeat(forged, 2, {"a": a})
