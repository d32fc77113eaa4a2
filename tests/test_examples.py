"""The published examples parse, and every figure in them is what its verdict says."""

import tomllib
from decimal import Decimal
from pathlib import Path

import pytest

from bplit.article import FIRST_PASS, RUN
from workings.net import read
from workings.speed import repeat

FOLDER = Path(__file__).parent
EXAMPLES = {file.stem: file for file in FOLDER.parent.joinpath("docs", "examples").glob("*.toml")}
VERDICTS = tomllib.loads((FOLDER / "verdicts.toml").read_text("utf-8"))
KINDS = ("agrees", "rounding", "wrong", "follows")


def figures(sheet):
    """Go through the printed figures: what a verdict calls each, its text, and its exact value."""
    worked = sheet.meant()
    for n, printed in sheet.printed.items():
        values = repeat(worked.listing, n + 1, worked.given, worked.updates)
        for name, text in printed.items():
            yield f"{name} after {n}" if n else name, text, values[name]


def agrees(text, exact):
    """Say whether a figure is the exact value to within half a unit of its last digit, and 1e-12 of it."""
    printed = Decimal(text)
    unit = Decimal(1).scaleb(printed.as_tuple().exponent)
    return abs(printed - Decimal(exact)) <= unit / 2 + abs(Decimal(exact)) * Decimal("1e-12")


def test_every_example_has_its_verdicts():
    assert sorted(VERDICTS) == sorted(EXAMPLES)


@pytest.mark.parametrize("name", sorted(EXAMPLES))
def test_every_figure_is_what_its_verdict_says(name):
    found = {key: (text, exact) for key, text, exact in figures(read(EXAMPLES[name]))}
    assert sorted(found) == sorted(VERDICTS[name])
    for key, verdict in VERDICTS[name].items():
        kind, _, why = verdict.partition(": ")
        assert kind in KINDS
        assert agrees(*found[key]) == (kind == "agrees"), (key, verdict, *found[key])
        assert bool(why) == (kind in ("wrong", "follows")), key
        if kind == "follows":
            source = max((other for other in found if why.startswith(other)), key=len)
            assert VERDICTS[name][source].startswith(("wrong", "follows")), key


def test_the_articles_figures_are_those_of_the_module():
    printed = read(EXAMPLES["article"]).printed
    assert {name: printed[0][name] for name in FIRST_PASS} == FIRST_PASS
    assert {name: printed[0][f"run_{name}"] for name in RUN[1]} == RUN[1]
    # the article counts forward passes
    assert {n + 1: dict(printed[n]) for n in printed if n} == {n: RUN[n] for n in RUN if n > 1}
