"""Times that are compared within one run, and ratios of them that have a limit.

A time alone says how busy a machine is. Its ratio to the time of something fixed, a yardstick that is
measured in turn with it, says how quick the program is: what else the machine does strikes both alike.
"""

import argparse
from collections.abc import Callable, Iterable
from time import perf_counter
from typing import Any, NamedTuple

# In a round every row has its turn, of some calls if they are short: the first ones find cold caches.
ROUNDS, TURN, SECONDS = 25, 0.02, 4.0  # the seconds are those of a turn, and of a row at most


class Ratio(NamedTuple):
    """What was measured, how many yardsticks it took, and how many it may take."""

    what: str
    ratio: float
    limit: float


def timed(rows: dict[str, Callable[[], Any]], clock: Callable[[], float] = perf_counter) -> dict[str, float]:
    """Return the best time of every row in seconds."""
    best = dict.fromkeys(rows, float("inf"))
    spent = dict.fromkeys(rows, 0.0)
    for _ in range(ROUNDS):
        for name, run in rows.items():
            turn = 0.0
            while turn < TURN and spent[name] < SECONDS:
                start = clock()
                run()
                time = clock() - start
                best[name] = min(best[name], time)
                turn += time
                spent[name] += time
    return best


def report(program: str, title: str, ratios: Iterable[Ratio]) -> int:
    """Print ratios and whether they are within their limits. Returns the exit status, as --check asks."""
    parser = argparse.ArgumentParser(prog=f"python -m {program}", description=title)
    parser.add_argument("--check", action="store_true", help="exit with 1 if a ratio is above its limit")
    options = parser.parse_args()
    print(f"\n{title:<75}{'ratio':>9}{'limit':>9}")
    hold = True
    for what, ratio, limit in ratios:
        hold &= ratio <= limit
        print(f"  {'holds' if ratio <= limit else 'FAILS'}  {what:<66}{ratio:>9.2f}{limit:>9.2f}")
    return int(options.check and not hold)
