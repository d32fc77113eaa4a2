"""How quick the program's answers are: ``python -m benchmarks.answers``.

The yardstick is a plain loop in Python. What counts is the time of the processor: so one long answer, which
is given once, can be compared with the best of many short loops on a busy machine as well.
"""

import os
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from math import exp
from tempfile import TemporaryDirectory
from time import process_time
from typing import Any

from benchmarks.ratios import Ratio, report, timed
from workings import net, script
from workings.check import check
from workings.write import explain

YARDSTICK = 100_000
# About twice what was measured on a quiet machine: 18 for the slowest refusal, and 36; of the check, 2000 to
# 2500 since it tries more mistakes, a fifth more. On a busy one it was up to half as much again. There the
# yardstick took 8 ms: so a refusal takes 0.3 seconds at most, the solution 0.6, and the check 25.
REFUSED, SOLVED, CHECKED = 40.0, 75.0, 3100.0
# The module is to load in numpy's time and a tenth more, the best of so many loads each.
LOADED, LOADS = 1.1, 15
# What takes longest to refuse. A power, or a file without end, is not even begun.
HOSTILE = {
    "20,000 statements": "a=1\n" * 20_000,
    "4,000 names": "".join(f"a{k}=1;" for k in range(4000)),
    "a sum of 9,000 numbers": "x = " + "+".join("1" * 9000),
    "5,000 brackets": "x = " + "(" * 5000 + "1" + ")" * 5000,
}
LAYERS = "".join(
    f"[[layer]]\nweights = {[[0.1] * inputs] * units}\n"
    for inputs, units in ((3, 10), (10, 10), (10, 10), (10, 1))
)
DEEP = net.parsed(f"inputs = [1, 2, 3]\ntargets = [1]\n{LAYERS}", "deep")
TABLES = "".join(f'[after.{10 * n + 1}]\nE = "0.5123{n:02}67"\n' for n in range(40))
WRONG = net.parsed(net.TEMPLATE + TABLES, "wrong")


def main() -> int:
    """Print what the answers take. Returns the exit status."""
    title = f"Answers, next to a loop that adds {YARDSTICK:,} exponentials"
    rows: dict[str, tuple[Callable[[], Any], float]] = {
        "bplit explain, five layers of up to ten units": (partial(explain, DEEP), SOLVED),
        "bplit check, 40 wrong figures after up to 391 updates": (partial(check, WRONG), CHECKED),
    }
    for what, text in HOSTILE.items():
        rows[f"a script is refused: {what}"] = partial(refuse, text), REFUSED
    took = timed({"loop": loop} | {what: run for what, (run, _) in rows.items()}, process_time)
    ratios = [Ratio(what, took[what] / took["loop"], limit) for what, (_, limit) in rows.items()]
    with TemporaryDirectory() as compiled:
        turns = [(loaded("bplit", compiled), loaded("numpy", compiled)) for _ in range(LOADS)]
    module, numpy = (min(times) for times in zip(*turns, strict=True))
    ratios.append(Ratio("import bplit, next to an import of numpy alone", module / numpy, LOADED))
    return report("benchmarks.answers", title, ratios)


def loop() -> float:
    """Do a fixed amount of work."""
    total = 0.0
    for k in range(YARDSTICK):
        total += exp(-k / YARDSTICK)
    return total


def loaded(name: str, compiled: str) -> float:
    """Return the seconds of the processor that the import of a package takes in a new Python.

    From the second time on as users have it: what was compiled is kept, whatever this environment says.
    """
    code = f"from time import process_time as now; start = now(); import {name}; print(now() - start)"
    env = os.environ | {"PYTHONPYCACHEPREFIX": compiled, "PYTHONDONTWRITEBYTECODE": ""}
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=env)
    return float(run.stdout)


def refuse(text: str) -> None:
    """Read what is no plain calculation."""
    try:
        script.parse_script(text, "hostile.py")
    except ValueError:
        return
    sys.exit(f"not refused: {text[:40]}")


if __name__ == "__main__":
    sys.exit(main())
