"""What must hold for any numbers, and what must be refused."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bplit import Weights, article, crossed, forward, partials, passes, sigmoid, update
from bplit.__main__ import table
from bplit.article import RUN
from bplit.article import given as handed
from bplit.byhand import Paper, W, X
from bplit.given import LIMIT, checked, rate, whole

number = st.floats(-3, 3)
pair = st.tuples(number, number)
weights = st.tuples(*[number] * 8).map(lambda w: Weights(*w))
FIELDS = Weights._fields


def kind(value):
    return type(value).__name__


def nudged(x, y, w, name, h=1e-5):
    """Return the central difference of the loss along one weight: the partial, without any derivation."""
    up = forward(x, y, w._replace(**{name: getattr(w, name) + h})).lost
    down = forward(x, y, w._replace(**{name: getattr(w, name) - h})).lost
    return (up - down) / (2 * h)


@given(pair, pair, weights)
def test_every_partial_is_the_slope_of_the_loss(x, y, w):
    d = partials(forward(x, y, w))
    for name in FIELDS:
        assert getattr(d, f"diff_{name}") == pytest.approx(nudged(x, y, w, name), rel=1e-6, abs=1e-8)


def test_the_crossed_partials_are_not_the_slopes():
    w = Weights(0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8)
    d = crossed(forward(w=w))
    wrong = [
        name
        for name in FIELDS
        if getattr(d, f"diff_{name}") != pytest.approx(nudged((0.1, 0.88), (0.55, 1), w, name), rel=1e-5)
    ]
    assert wrong == ["w3", "w4", "w7", "w8"]


@given(pair, pair, weights)
def test_the_crossed_partials_are_the_right_ones_with_two_pairs_exchanged(x, y, w):
    f = forward(x, y, w)
    right, exchanged = partials(f), partials(Paper(**vars(f) | {"w6": f.w8, "w8": f.w6}))
    hidden = {name: getattr(exchanged, name) for name in ("h_delta_2", "diff_w3", "diff_w4")}
    wanted = vars(right) | {"diff_w7": right.diff_w8, "diff_w8": right.diff_w7} | hidden
    assert vars(crossed(f)) == wanted


@given(pair, pair, weights, st.floats(1e-3, 10))
def test_an_update_goes_down_the_slope(x, y, w, theta):
    f = forward(x, y, w)
    new = update(f, partials(f), theta)
    for name in FIELDS:
        step = getattr(w, name) - getattr(new, name)
        assert step == pytest.approx(theta * nudged(x, y, w, name), rel=1e-5, abs=1e-7 * max(1, theta))


@pytest.mark.parametrize("n", [1, 10, 100, 1000])
def test_the_crossed_partials_give_what_the_article_says_of_a_pass(n):
    *_, f = passes(n, rule=crossed)
    assert {name: f"{getattr(f, name):.12g}" for name in RUN[n]} == RUN[n]


def symmetric(f):
    return all(
        getattr(f, a) == getattr(f, b) for a, b in (("w1", "w3"), ("w2", "w4"), ("w5", "w6"), ("w7", "w8"))
    )


def test_a_symmetric_start_stays_symmetric_with_the_right_partials_only():
    assert all(symmetric(f) for f in passes(1000))
    assert [symmetric(f) for f in passes(4, rule=crossed)] == [True, True, False, False]


@given(st.floats(allow_nan=False))
def test_the_sigmoid_takes_any_float(t):
    assert 0 <= sigmoid(t) <= 1
    assert sigmoid(t) + sigmoid(-t) == pytest.approx(1, abs=1e-15)


@given(st.integers(0, 30), pair, pair, weights)
def test_a_run_is_its_passes_one_by_one(n, x, y, w):
    run = list(passes(n, x, y, w))
    assert len(run) == n
    for f in run:
        assert f == forward(x, y, w)
        w = update(f, partials(f))


def test_a_run_may_be_longer_than_anyone_will_wait():
    assert next(passes(10**30)) == forward()


def test_the_article_has_no_other_name_that_waits():
    with pytest.raises(AttributeError, match="^NOTHING$"):
        _ = article.NOTHING


# The doors: what may be handed in


@pytest.mark.parametrize(
    "bad", [math.nan, math.inf, -math.inf, "1", None, 1j, 2 * LIMIT, 10**400, 10**5000], ids=kind
)
@pytest.mark.parametrize(("name", "size"), [("x", 2), ("y", 2), ("w", 8)])
def test_a_bad_number_is_named(name, size, bad):
    with pytest.raises(ValueError, match=rf"^{name}: expected {size} numbers .*number {size} is"):
        handed(**{name: [1] * (size - 1) + [bad]})


@pytest.mark.parametrize("place", range(8))
def test_the_bad_number_itself_is_shown(place):
    given = [*range(8)]
    given[place] = f"no {place}"
    with pytest.raises(ValueError, match=f"number {place + 1} is 'no {place}'$"):
        handed(w=given)


def test_a_message_shows_up_to_60_characters():
    nested = []
    for _ in range(100_000):
        nested = [nested]
    for bad, shown in (
        ("a" * 58, "'" + "a" * 58 + "'"),
        ("a" * 59, "'" + "a" * 56 + "..."),
        ("a\nb", r"'a\nb'"),
        (nested, "lists in lists"),
    ):
        with pytest.raises(ValueError, match="^x: ") as error:
            handed(x=[bad, 1])
        assert str(error.value).endswith(f"number 1 is {shown}")


@pytest.mark.parametrize("wrong", [[], [1] * 7, [1] * 9, 1, None, np.array(3.0)])
def test_a_wrong_count_of_weights_is_named(wrong):
    with pytest.raises(ValueError, match="^w: expected 8 numbers, got"):
        handed(w=wrong)


@pytest.mark.parametrize("bad", [0, -0.5, math.nan, math.inf, "0.5", None])
def test_a_bad_rate_is_named(bad):
    with pytest.raises(ValueError, match="^theta: expected a number above 0"):
        handed(theta=bad)


@pytest.mark.parametrize("bad", [-1, 1.5, "1", None, math.nan, -(10**5000)], ids=kind)
def test_a_bad_whole_number_is_named(bad):
    with pytest.raises(ValueError, match="^n: expected a whole number from 0 on"):
        whole("n", bad, 0)


def test_any_iterable_of_numbers_will_do_and_floats_come_back():
    assert handed(np.array([0.1, 0.88]), iter([0.55, 1]), np.ones(8)) == handed()
    values = handed(np.float32([1, 2]), [0, 1], np.ones(8, dtype=int)).values()
    assert {type(value) for value in values} == {float}


def test_a_rate_that_throws_the_weights_out_of_bounds_is_named_with_the_pass():
    with pytest.raises(ValueError, match=r"^theta: 1e\+50 is too large, in pass 2 w:"):
        table([3], X, (1e50, 1), W, LIMIT)


def test_numbers_up_to_the_limit_are_taken():
    assert handed(x=[LIMIT, -LIMIT], theta=LIMIT)["x2"] == -LIMIT


def test_nothing_overflows_within_the_limit():
    f = forward([LIMIT, -LIMIT], [LIMIT, -LIMIT], [LIMIT, -LIMIT] * 4)
    found = [f, partials(f)]
    numbers = [value for paper in found for value in vars(paper).values() if isinstance(value, float)]
    assert all(map(math.isfinite, [*numbers, *update(f, partials(f), LIMIT)]))


def test_the_checks_return_plain_numbers():
    assert checked("w", W, 8) == tuple(W)
    assert (rate("theta", 1), whole("n", True, 0)) == (1.0, 1)


def test_a_time_span_is_no_number():
    with pytest.raises(ValueError, match="^x: expected 2 numbers .*number 1 is"):
        handed(x=[np.timedelta64(1, "s"), 1])
