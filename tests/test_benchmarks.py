"""The benchmark's peers do the article's job, and what it has measured is complete."""

import json

import pytest

from benchmarks import peers
from benchmarks.__main__ import LOST, RESULTS, many_networks, one_network, paid_back


@pytest.mark.parametrize("name", one_network().rows)
def test_a_peer_gives_the_articles_loss(name):
    row = one_network().rows[name]
    for package in row.needs:
        pytest.importorskip(package)
    try:
        run = row.make()
    except ImportError as error:
        pytest.skip(str(error))
    assert f"{run(1000):.12g}" == LOST


def test_the_results_are_those_of_the_rows():
    jobs = json.loads(RESULTS.read_text("utf-8"))["jobs"]
    for job, made in zip(jobs, (one_network(), many_networks()), strict=True):
        assert {made.reference} <= set(job["rows"]) <= set(made.rows)  # what was not there is left out
        assert job["reference"] == made.reference
        assert all(row["ns"] > 0 for row in job["rows"].values())


def test_compiling_is_paid_back_by_what_a_pass_is_quicker():
    rows = {"JAX, jitted scan": {"ns": 100.0, "compiling": 1.0}, "slow": {"ns": 200.0}, "quick": {"ns": 50.0}}
    paid = paid_back({"title": "", "networks": 1, "rows": rows}, ("slow", "quick"))
    assert [row["passes"] for row in paid] == [10_000_000, None]


def test_a_peer_says_why_it_cannot_take_part(monkeypatch):
    monkeypatch.setattr(peers.shutil, "which", lambda _: None)
    with pytest.raises(ImportError, match="no C compiler"):
        peers.c_loop()
