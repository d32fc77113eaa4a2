"""The command line against the article's strings, and against bad input."""

import json
import os
import subprocess
import sys

import pytest

from bplit.article import FIRST_PASS, RUN
from workings.cli import main
from workings.net import TEMPLATE

RIGHT = {"10": "0.0409317918877", "100": "0.00465138805325", "1000": "0.000399983376811"}


def test_the_transcript_is_the_article_s(capsys):
    main([])
    transcript, table = capsys.readouterr().out.split("\n\n")
    outputs = f"{RUN[1]['o_out_1']} {RUN[1]['o_out_2']}"
    assert transcript.splitlines() == [
        *(f"{n} = {v}" for n, v in FIRST_PASS.items()),
        RUN[1]["lost"],
        outputs,
    ]
    lines = [line.split() for line in table.splitlines()]
    lost = {line[0]: line[2:] for line in lines if line[1] == "lost"}
    assert {n: wrong for n, (wrong, _) in lost.items()} == {
        str(n): figures["lost"] for n, figures in RUN.items()
    }
    assert {n: lost[n][1] for n in RIGHT} == RIGHT
    assert lines[-2] == ["o_out_1", "0.55002398472", "0.550035052643"]
    assert lines[-1] == ["o_out_2", "0.969421952039", "0.971716338198"]


def test_every_input_can_be_changed(capsys):
    main("--x -1e-3 .5 --y 0 1 --w 1 2 3 4 5 6 7 -8 --rate 2 --passes 2 1".split())
    text = capsys.readouterr().out
    assert "h_in_1 = 0.999000\n" in text  # 1 × -0.001 + 2 × 0.5
    assert "h_in_2 = 1.997000\n" in text  # 3 × -0.001 + 4 × 0.5
    assert [line.split()[0] for line in text.splitlines() if " lost " in line] == ["2", "1"]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("--w 1 1 1", "--w: expected 8 numbers, got 3"),
        ("--x 0.1 nan", "--x: expected 2 numbers from -1e+50 to 1e+50, number 2 is nan"),
        ("--x 0.1 -inf", "--x: expected 2 numbers from -1e+50 to 1e+50, number 2 is -inf"),
        ("--y one 1", "--y: expected 2 numbers from -1e+50 to 1e+50, number 1 is 'one'"),
        ("--rate 0", "--rate: expected a number above 0 and up to 1e+50, got 0.0"),
        ("--rate -1", "--rate: expected a number above 0 and up to 1e+50, got -1.0"),
        ("--passes -1", "--passes: expected a whole number from 1 on, got -1"),
        (f"--passes {'9' * 5000}", f"--passes: expected a whole number from 1 on, got '{'9' * 56}..."),
        (
            "--y 1e50 1 --rate 1e50",
            "--rate: 1e+50 is too large, in pass 2 w: expected 8 numbers",
        ),
        ("--passes 1.5", "--passes: expected a whole number from 1 on, got '1.5'"),
        ("--speed 3", "unrecognized arguments: --speed 3"),
    ],
)
def test_a_mistake_gets_one_line_and_status_2(words, says, capsys):
    with pytest.raises(SystemExit) as stopped:
        main(words.split())
    assert stopped.value.code == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith(f"bplit: error: {says}")
    assert err.count("\n") == 1


COMMAND = [sys.executable, "-m", "workings.cli", "--passes", "1"]


def test_the_module_alone_prints_what_the_command_prints(capsys):
    alone = [sys.executable, "-m", "bplit"]
    run = subprocess.run(alone, capture_output=True, text=True, encoding="utf-8", check=True)
    main([])
    assert run.stdout == capsys.readouterr().out
    assert run.stdout.startswith("h_in_1 = 0.980000\n")
    more = subprocess.run([*alone, "--passes", "1"], capture_output=True, text=True, encoding="utf-8")
    assert (more.returncode, more.stdout, more.stderr.count("\n")) == (1, "", 1)


@pytest.mark.skipif(sys.platform == "win32", reason="a pipe is handed on otherwise there")
def test_a_closed_pipe_is_no_error():
    read, write = os.pipe()
    os.close(read)
    run = subprocess.run(COMMAND, stdout=write, stderr=subprocess.PIPE, text=True)
    os.close(write)
    assert (run.returncode, run.stderr) == (0, "")


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="there is no full device here")
def test_a_full_disk_gets_one_line():
    with open("/dev/full", "w") as full:
        run = subprocess.run(COMMAND, stdout=full, stderr=subprocess.PIPE, text=True)
    assert (run.returncode, run.stderr) == (2, "bplit: error: cannot write: No space left on device\n")


WRONG = '[printed]\nout_o1 = "0.75136507"\ndelta_o1 = "0.741365"\n'
SCRIPT = "x = 2\nw = 3\nE = (w * x) ** 2 / 2\ndw = w * x * {}\nw = w - 0.1 * dw\n"


@pytest.mark.parametrize(
    ("name", "text", "status", "says"),
    [
        ("right.toml", TEMPLATE + WRONG.rpartition("delta")[0], 0, "1 number: 1 agree."),
        ("wrong.toml", TEMPLATE + WRONG, 1, "the slope of the activation is left out"),
        ("right.py", SCRIPT.format("x"), 0, "no error in 1 partial and 1 update"),
        (
            "open.py",
            SCRIPT.format("x").replace("* dw", "* dw / (dw ** 2) ** 0.5"),
            2,
            "but not all was judged",
        ),
        ("wrong.py", SCRIPT.format("w"), 1, "line 4: dw uses w, the sweep says x"),
    ],
)
def test_a_check_says_what_is_wrong_and_ends_with_its_status(name, text, status, says, tmp_path, capsys):
    file = tmp_path / name
    file.write_text(text, "utf-8")
    for words in ([], ["--json"]):
        try:
            main(["check", str(file), *words])
            ended = 0
        except SystemExit as stopped:
            ended = stopped.code
        assert ended == status
        out, err = capsys.readouterr()
        assert err == ""
        if words:
            assert json.loads(out)["right"] is (status == 0)
        else:
            assert says in " ".join(out.split())


@pytest.mark.parametrize(
    ("words", "text", "says"),
    [
        ("mine.toml", TEMPLATE, "mine.toml: printed: expected figures to check, got none"),
        ("mine.toml", TEMPLATE + '[printed]\nE = "x"', "mine.toml: [printed] E: expected"),
        ("mine.toml --loss E", TEMPLATE + WRONG, "--loss: is for a script, whose file ends in .py"),
        ("mine.py --loss F", SCRIPT.format("x"), "--loss: expected a name that the script assigns, got 'F'"),
        ("mine.py --means dw", SCRIPT.format("x"), "--means: expected NAME=QUANTITY, as in foo=w5, got 'dw'"),
        ("mine.py", "x = open(1)", "mine.py, line 1: unknown function open"),
        ("none.toml", "", "none.toml: No such file or directory"),
    ],
)
def test_what_cannot_be_checked_gets_one_line_and_status_2(words, text, says, tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    if text:
        (tmp_path / words.split()[0]).write_text(text, "utf-8")
    with pytest.raises(SystemExit) as stopped:
        main(["check", *words.split()])
    assert stopped.value.code == 2
    out, err = capsys.readouterr()
    assert (out, err.count("\n")) == ("", 1)
    assert err.startswith(f"bplit check: error: {says}")


def test_names_of_a_script_can_be_told(tmp_path, capsys):
    file = tmp_path / "mine.py"
    file.write_text("x = 2\nw = 3\nF = (w * x) ** 2 / 2\nfoo = w * x * w\n", "utf-8")
    with pytest.raises(SystemExit) as stopped:
        main(["check", "--loss", "F", "--means", "foo=w", str(file)])
    assert stopped.value.code == 1
    assert "line 4: foo uses w, the sweep says x" in capsys.readouterr().out
