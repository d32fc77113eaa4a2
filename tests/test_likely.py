"""The likely mistakes of a network as data: calculated here once more, from the text of their lines."""

import ast
import json
from functools import cache
from math import exp, log, sqrt, tanh
from pathlib import Path
from random import Random

import pytest

from workings.check import likely, lookup, outcome
from workings.net import read

FOLDER = Path(__file__).parent.parent / "docs" / "examples"
SHEETS = {path.stem: read(path) for path in sorted(FOLDER.glob("*.toml"))}
BYTES = 61_000  # of JSON, so many the mistakes of a network have at most
SPACE = {
    "exp": exp,
    "log": log,
    "sqrt": sqrt,
    "tanh": tanh,
    "sigmoid": lambda t: 1 / (1 + exp(-t)),
    "relu": lambda t: max(t, 0.0),
    "step": lambda t: float(t > 0),
}


@cache
def mistakes(name):
    return likely(SHEETS[name])


@cache
def compiled(node):
    return compile(ast.Expression(ast.parse(ast.unparse(node), mode="eval").body), "line", "eval")


@cache
def worked_of(name):
    return SHEETS[name].worked()


def ran(name, mistake=None, given=None):
    """Return the value of every line, each calculated when it is asked for, with the lines of a mistake."""
    worked = worked_of(name)
    given = given or worked.given
    lines = {line.name: line.expression for line in worked.listing.lines}
    first = dict(given)
    if mistake:
        lines |= mistake.changes
        first |= {name: eval(compiled(node), dict(given)) for name, node in mistake.given.items()}

    class Values(dict):
        def __missing__(self, key):
            if key not in lines:
                return SPACE[key]
            self[key] = value = eval(compiled(lines[key]), {}, self)
            return value

    values = Values(first)
    return {key: values[key] for key in worked.listing.names}


def in_digits(values, names):
    return tuple(f"{0 if abs(values[name]) < 1e-13 else values[name]:.8g}" for name in names)


def test_whatever_the_table_of_wrong_answers_has_is_among_them():
    name, sheet = "mazur", SHEETS["mazur"]
    names = worked_of(name).listing.names
    known = {in_digits(ran(name, mistake), names) for mistake in mistakes(name)}
    right, missing = in_digits(ran(name), names), []
    for row in lookup(sheet, 12).rows:
        for slip in row.slips:
            if slip.kind == "transposed digits":  # of these numbers alone
                continue
            values = outcome(sheet, slip)
            digits = in_digits({**ran(name), **values}, names)
            if digits != right and digits not in known:
                missing.append(str(slip))
    assert not missing


def drawn(name, random):
    """Return random numbers for all that is given, the rate and the targets above 0."""
    worked = worked_of(name)
    given = {key: random.uniform(0.1, 0.9) * random.choice((1, -1)) for key in worked.given}
    return given | {key: abs(given[key]) for key in (SHEETS[name].notation.rate, *worked.y) if key in given}


@pytest.mark.parametrize("name", ["article", "mazur", "webmastervetea", "pytorch-forum", "generation5-xor"])
def test_no_two_give_the_same_numbers_and_each_gives_some_wrong_one(name):
    draws = [drawn(name, Random(f"{name} {n}")) for n in range(4)]
    names = worked_of(name).listing.names

    def numbers(mistake=None):
        return [in_digits(ran(name, mistake, given), names) for given in draws]

    right = numbers()
    seen = {}
    for mistake in mistakes(name):
        digits = numbers(mistake)
        assert digits != right, mistake
        assert str(digits) not in seen, (mistake, seen[str(digits)])
        seen[str(digits)] = mistake


def test_there_are_forward_loss_backward_and_update_mistakes():
    stages = {name: stage.kind for stage in worked_of("article").stages for name in stage.names}
    assert {stages[name] for mistake in mistakes("article") for name in mistake.changes} == {
        "forward",
        "loss",
        "backward",
        "update",
    }
    # and each line has its own
    assert stages.keys() == {name for mistake in mistakes("article") for name in mistake.changes}


@pytest.mark.parametrize("name", SHEETS)
def test_they_stay_small(name):
    def texts(lines):
        return {key: ast.unparse(node) for key, node in lines.items()}

    rows = [[one.says, texts(one.changes), texts(one.given)] for one in mistakes(name)]
    assert len(rows) > 50
    assert len(json.dumps(rows, ensure_ascii=False).encode()) < BYTES


def test_the_likelier_stand_first():
    kinds = [mistake.kind for mistake in mistakes("mazur")]
    assert kinds[0] == "updated weights"
    assert kinds.index("slope forgotten") < kinds.index("climbs") < kinds.index("decimal point")
