"""Sheets in several styles and languages, each with its right answer: right, or its first wrong line and why.

Their numbers were calculated by plain NumPy, rounded or cut off as a person does, and gone on with. Of some
right ones it is only asked that they are not called wrong.
"""

import json
from pathlib import Path

import pytest

from workings.check import paste

SHEETS = Path(__file__).parent / "sheets"
ANSWERS = json.loads((SHEETS / "answers.json").read_text(encoding="utf-8"))


HARD = [answer["file"] for answer in ANSWERS if answer["right"] is None]
READ = [answer for answer in ANSWERS if answer["right"] is not None]


@pytest.mark.parametrize("name", HARD)
def test_a_right_sheet_that_is_hard_to_read_is_not_called_wrong(name):
    text = (SHEETS / name).read_text(encoding="utf-8")
    try:
        reply = paste(text, name)
    except ValueError:
        with pytest.raises(ValueError, match="misread"):
            paste(text, name)
        return
    verdicts = reply.report.verdicts if reply.report else ()
    assert not [one for one in verdicts if one.word == "wrong"]
    assert not [note for note in reply.notes if note.endswith("is printed.")]


@pytest.mark.parametrize("answer", READ, ids=lambda answer: answer["file"])
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
