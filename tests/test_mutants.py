"""What is said of the mutants fits together, and to the files that are mutated."""

import json
import tomllib
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
LISTED = tomllib.loads((ROOT / "mutants" / "equivalent.toml").read_text("utf-8"))["mutant"]


@pytest.mark.parametrize("entry", LISTED, ids=lambda entry: entry["before"])
def test_a_listed_mutant_has_its_line_and_a_reason(entry):
    assert entry["before"] in " ".join((ROOT / entry["file"]).read_text("utf-8").split())
    assert entry["after"] != entry["before"]
    assert entry["why"]


def test_every_mutant_is_killed_or_listed():
    files = json.loads((ROOT / "docs" / "mutants.json").read_text("utf-8"))["files"]
    listed = Counter(entry["file"] for entry in LISTED)
    for file, numbers in files.items():
        assert numbers["mutants"] == numbers["killed"] + numbers["equivalent"]
        assert numbers["equivalent"] == listed[file]
    assert listed.keys() <= files.keys()
