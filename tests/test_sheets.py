"""Sheets in several styles and languages, each with its right answer: right, or its first wrong line and why.

Their numbers were calculated by plain NumPy, rounded or cut off as a person does, and gone on with.
"""

import json
from pathlib import Path

import pytest

from workings.check import paste

SHEETS = Path(__file__).parent / "sheets"
ANSWERS = json.loads((SHEETS / "answers.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("answer", ANSWERS, ids=lambda answer: answer["file"])
def test_a_sheet_is_judged_as_a_reader_would(answer):
    text = (SHEETS / answer["file"]).read_text(encoding="utf-8")
    reply = paste(text, answer["file"])
    assert reply.right == answer["right"]
    if not answer["right"]:
        line = text.splitlines()[answer["line"] - 1]
        first = next(one for one in reply.report.verdicts if one.word == "wrong")
        assert first.figure.printed in line.replace(",", ".").replace("−", "-")
        if "cause" in answer:
            assert first.found.slips[0].kind == answer["cause"]
