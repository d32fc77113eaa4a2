"""How quick the passes are, next to other ways to calculate them, in one run: ``python -m benchmarks``.

Every row is timed again and again, in turn with all others, and its best time counts: so what else the
machine does strikes all alike. With --check the exit status is 1 if a target does not hold.
"""

import argparse
import os
import platform
import sys
from collections.abc import Callable
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from time import perf_counter
from typing import Any

import numpy as np

from benchmarks import peers
from benchmarks.peers import THETA, X1, X2, Y1, Y2
from bplit import forward, partials, passes, update
from bplit.fast import repeat
from bplit.listing import Listing

LISTING = Listing.of(forward, partials, update)
WEIGHTS = tuple(f"w{k}" for k in range(1, 9))
ONE = {"x1": X1, "x2": X2, "y1": Y1, "y2": Y2, "theta": THETA} | dict.fromkeys(WEIGHTS, 1.0)
PASSES, LOST = 1000, "0.000399983376811"
NETWORKS, MANY_PASSES = 100_000, 100
JIT, PLAIN, C, JAX = "repeat, machine code", "repeat", "loop in C, -O2", "JAX, jitted scan"
PIECES, TUTORIAL, BY_HAND = "repeat, NumPy in pieces", "as tutorials write it", "bplit.passes"
# In a round every row has its turn, of some calls if they are short: the first ones find cold caches.
ROUNDS, TURN, SECONDS = 25, 0.02, 4.0  # the seconds are those of a turn, and of a row at most


def main() -> int:
    """Print both tables and the targets. Returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Time the passes.")
    parser.add_argument("--check", action="store_true", help="exit with 1 if a target does not hold")
    check = parser.parse_args().check

    print(f"Python {platform.python_version()}, {platform.machine()}, {os.cpu_count()} cores;", end=" ")
    print(
        ", ".join(
            f"{name} {installed(name)}"
            for name in ("numpy", "numba", "jax", "autograd", "micrograd", "torch")
        )
    )

    rows = one_network()
    one = timed(rows)
    for name, run in rows.items():
        if f"{run():.12g}" != LOST:
            sys.exit(f"{name}: expected a loss of {LOST}, got {run():.12g}")
    print(f"All give the loss {LOST} in pass {PASSES}.")
    table(f"One network, {PASSES} passes", one, PASSES, next(name for name in (C, JIT, PLAIN) if name in one))

    batches = many_networks()
    many = timed(batches)
    expected = batches[PIECES]()
    for name, run in batches.items():
        for value, other in zip(run(), expected, strict=True):
            # weights are about 1, and near 0 no more exact than there
            if not np.allclose(value, other, rtol=1e-12, atol=1e-14):
                sys.exit(f"{name}: expected the values of {PIECES}")
    print("All give the same losses and weights, to 12 digits.")
    reference = JIT if JIT in many else PIECES
    table(f"{NETWORKS:,} networks, {MANY_PASSES} passes", many, NETWORKS * MANY_PASSES, reference)

    targets = {
        f"{PLAIN}: at most a third of the time of {TUTORIAL}": one[PLAIN] * 3 <= one[TUTORIAL],
        f"{PLAIN}: quicker than all that is interpreted": one[PLAIN]
        <= min(time for name, time in one.items() if name not in (C, JIT, JAX)),
    }
    if {C, JIT} <= set(one):
        targets[f"{JIT}: at most 1.5 times the time of a {C}"] = one[JIT] <= 1.5 * one[C]
    if {JAX, JIT} <= set(many):
        targets[f"{JIT}, many networks: at or ahead of {JAX}"] = many[JIT] <= many[JAX]
    print("\nTargets")
    for target, holds in targets.items():
        print(f"  {'holds' if holds else 'FAILS'}  {target}")
    return int(check and not all(targets.values()))


def one_network() -> dict[str, Callable[[], float]]:
    """Return what takes one network through all passes, and say what is left out."""

    def by_hand() -> float:
        *_, last = passes(PASSES)
        return last.lost

    def by_jax() -> Callable[[int], float]:
        import jax

        run = peers.jax()
        given = jax.device_put(((1.0,) * 8, X1, X2, Y1, Y2, THETA))
        return lambda n: float(run(n, *given)[0])

    def by_jit() -> Callable[[int], float]:
        return lambda n: float(repeat(LISTING, n, ONE, jit=True)["lost"])

    makers: dict[str, Callable[[], peers.Run]] = {
        C: peers.c_loop,
        JIT: by_jit,
        JAX: by_jax,
        PLAIN: lambda: lambda n: float(repeat(LISTING, n, ONE)["lost"]),
        BY_HAND: lambda: lambda n: by_hand(),
        TUTORIAL: peers.tutorial,
        "NumPy, 2 x 2 matrices": peers.matrices,
        "micrograd": peers.micrograd,
        "HIPS autograd": peers.autograd,
        "PyTorch, eager": peers.torch,
    }
    return ready(makers, PASSES)


def many_networks() -> dict[str, Callable[[], Any]]:
    """Return what takes many networks through their passes, and say what is left out."""
    rng = np.random.default_rng(1)
    inputs = {name: rng.uniform(0, 1, NETWORKS) for name in ("x1", "x2", "y1", "y2")}
    weights = {name: rng.uniform(0.5, 1.5, NETWORKS) for name in WEIGHTS}
    given = inputs | weights | {"theta": THETA}

    def by_repeat(jit: bool) -> Callable[[int], Any]:
        def run(n: int) -> Any:
            values = repeat(LISTING, n, given, jit=jit)
            return [values["lost"], *(values[name] for name in WEIGHTS)]

        return run

    def by_jax() -> Callable[[int], Any]:
        import jax

        run = peers.jax()
        arrays = jax.device_put((tuple(weights.values()), *inputs.values(), np.float64(THETA)))

        def all_names(n: int) -> Any:
            lost, new = jax.block_until_ready(run(n, *arrays))
            return [lost, *new]

        return all_names

    def at_once(n: int) -> Any:
        lost, new = peers.all_at_once(n, list(weights.values()), *inputs.values(), THETA)
        return [lost, *new]

    makers: dict[str, Callable[[], Callable[[int], Any]]] = {
        JIT: lambda: by_repeat(True),
        JAX: by_jax,
        PIECES: lambda: by_repeat(False),
        "NumPy, all at once": lambda: at_once,
    }
    return ready(makers, MANY_PASSES)


def ready(makers: dict[str, Callable[[], Callable[[int], Any]]], n: int) -> dict[str, Callable[[], Any]]:
    """Return what can be timed, compiled by a first call; say how long that took, and what is left out."""
    rows: dict[str, Callable[[], Any]] = {}
    print()
    for name, make in makers.items():
        start = perf_counter()
        try:
            run = make()
            run(n)
        except ImportError as error:
            print(f"Left out: {name} ({error})")
            continue
        if name in (C, JIT, JAX):
            print(f"{name}: ready and compiled in {perf_counter() - start:.2f} s, which is not counted below")
        rows[name] = partial(run, n)
    return rows


def timed(rows: dict[str, Callable[[], Any]]) -> dict[str, float]:
    """Return the best time of every row in seconds."""
    best = dict.fromkeys(rows, float("inf"))
    spent = dict.fromkeys(rows, 0.0)
    for _ in range(ROUNDS):
        for name, run in rows.items():
            turn = 0.0
            while turn < TURN and spent[name] < SECONDS:
                start = perf_counter()
                run()
                time = perf_counter() - start
                best[name] = min(best[name], time)
                turn += time
                spent[name] += time
    return best


def table(title: str, best: dict[str, float], calculated: int, reference: str) -> None:
    """Print the times of one pass of one network, and their ratios to a row of reference."""
    print(f"\n{title:<34}{'ns a pass':>12}{'ratio':>10}")
    for name, time in sorted(best.items(), key=lambda row: row[1]):
        print(f"  {name:<32}{time / calculated * 1e9:>12,.1f}{time / best[reference]:>10.2f}")


def installed(name: str) -> str:
    """Return the version of a distribution."""
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"


if __name__ == "__main__":
    sys.exit(main())
