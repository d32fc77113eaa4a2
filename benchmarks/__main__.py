"""How quick the passes are, next to other ways to calculate them, in one run: ``python -m benchmarks``.

Every row is timed again and again, in turn with all others, and its best time counts: so what else the
machine does strikes all alike. With --check the exit status is 1 if a target does not hold. With --write
the results go into docs/benchmarks.json, which the book shows.

Two peers are too heavy to lock, and take part if they are there: ``pip install torch tinygrad`` into the
environment of the benchmark. PyTorch compiles with the system's C++ compiler, tinygrad with clang.
"""

import argparse
import json
import os
import platform
import re
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from functools import partial
from importlib import import_module
from importlib.metadata import PackageNotFoundError, distribution, version
from pathlib import Path
from time import perf_counter
from typing import Any, NamedTuple

import numpy as np

import bplit
from benchmarks import peers
from benchmarks.peers import THETA, X1, X2, Y1, Y2
from benchmarks.ratios import timed
from bplit import forward, partials, passes, update
from bplit.listing import Listing
from workings import Layer, Network
from workings.speed import repeat

LISTING = Listing.of(forward, partials, update)
WEIGHTS = tuple(f"w{k}" for k in range(1, 9))
ONE = {"x1": X1, "x2": X2, "y1": Y1, "y2": Y2, "theta": THETA} | dict.fromkeys(WEIGHTS, 1.0)
PASSES, LOST = 1000, "0.000399983376811"
NETWORKS, MANY_PASSES = 100_000, 100
PLAIN, C, JAX = "repeat", "loop in C, -O2", "JAX, jitted scan"
PIECES, AT_ONCE = "repeat, NumPy in pieces", "NumPy, all at once"
TUTORIAL, BY_HAND = "as tutorials write it", "bplit.passes"
NETWORK, MICROGRAD, AUTOGRAD = "Network.train", "micrograd", "HIPS autograd"
EAGER, COMPILED, TINYGRAD = "PyTorch, eager", "PyTorch, compiled", "tinygrad, jitted"
COMPILING = (C, JAX, COMPILED, TINYGRAD)
RESULTS = Path(__file__).parent.parent / "docs" / "benchmarks.json"


class Row(NamedTuple):
    """A way to calculate: the packages it needs, and what makes a function of the number of passes."""

    needs: tuple[str, ...]
    make: Callable[[], Callable[[int], Any]]


class Job(NamedTuple):
    """What all its rows do: so many passes of so many networks. Ratios are those to one of the rows."""

    title: str
    networks: int
    passes: int
    reference: str
    rows: dict[str, Row]


def main() -> int:
    """Print both tables, when compiling pays, and the targets. Returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Time the passes.")
    parser.add_argument("--check", action="store_true", help="exit with 1 if a target does not hold")
    parser.add_argument("--write", action="store_true", help=f"write the results into {RESULTS.name}")
    parser.add_argument("--peak", metavar="ROW", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.peak:
        return peak(many_networks().rows[options.peak])

    known = ("numpy", "jax", "autograd", "micrograd", "torch", "tinygrad")
    versions = {"Python": platform.python_version()} | {name: installed(name) for name in known}
    print(
        f"{machine()}; "
        + ", ".join(f"{name} {found or 'is not installed'}" for name, found in versions.items())
    )

    # before anything else is done here: a new process starts with the peak of the one that starts it
    peaks = {name: peak_of(name) for name in many_networks().rows}
    one, runs = measured(one_network())
    for name, run in runs.items():
        if f"{run():.12g}" != LOST:
            sys.exit(f"{name}: expected a loss of {LOST}, got {run():.12g}")
    print(f"All give the loss {LOST} in pass {PASSES}.")
    table(one)

    many, runs = measured(many_networks())
    expected = runs[PIECES]()
    for name, run in runs.items():
        for value, other in zip(run(), expected, strict=True):
            # weights are about 1, and near 0 no more exact than there
            if not np.allclose(value, other, rtol=1e-12, atol=1e-14):
                sys.exit(f"{name}: expected the values of {PIECES}")
    print("All give the same losses and weights, to 12 digits.")
    for name, row in many["rows"].items():
        row["peak"] = peaks[name]
    table(many)

    paid = [*paid_back(one, (BY_HAND, PLAIN)), *paid_back(many, (PIECES,))]
    print("\nCompiling is paid back after so many passes")
    for row in paid:
        print(f"  {row['title']}: {row['compiled']} instead of {row['instead']}: {row['passes'] or 'never'}")

    targets = dict(aims(one["rows"], many["rows"]))
    print("\nTargets")
    for target, holds in targets.items():
        print(f"  {'holds' if holds else 'FAILS'}  {target}")
    if options.write:
        results = {"date": str(date.today()), "machine": machine(), "versions": versions}
        results |= {"jobs": [one, many], "paid_back": paid, "targets": targets}
        RESULTS.write_text(json.dumps(results, indent=1) + "\n", "utf-8")
    return int(options.check and not all(targets.values()))


def aims(one: dict[str, Any], many: dict[str, Any]) -> Iterator[tuple[str, bool]]:
    """Go through what is aimed at, and say whether it holds, as far as its rows take part."""
    single = {name: row["ns"] for name, row in one.items()}
    batch = {name: row["ns"] for name, row in many.items()}
    by_line = min(time for name, time in single.items() if name not in COMPILING)
    yield f"{PLAIN}: at most a third of the time of {TUTORIAL}", single[PLAIN] * 3 <= single[TUTORIAL]
    yield f"{PLAIN}: quicker than all that is interpreted", single[PLAIN] <= by_line
    for name in (MICROGRAD, AUTOGRAD, EAGER):
        if name in single:
            yield f"{BY_HAND}: ahead of {name}", single[BY_HAND] <= single[name]
    yield f"{PIECES}: ahead of {AT_ONCE}", batch[PIECES] <= batch[AT_ONCE]


def one_network() -> Job:
    """Return what takes one network through all passes."""

    def by_hand() -> float:
        *_, last = passes(PASSES)
        return last.lost

    def by_jax() -> Callable[[int], float]:
        import jax

        run = peers.jax()
        given = jax.device_put(((1.0,) * 8, X1, X2, Y1, Y2, THETA))
        return lambda n: float(run(n, *given)[0])

    def by_network() -> Callable[[int], float]:
        network = Network((Layer(np.ones((2, 2))), Layer(np.ones((2, 2)))))
        return lambda n: float(network.train([X1, X2], [Y1, Y2], n - 1).losses[-1])

    ours = ("bplit", "numpy")
    rows = {
        C: Row((), peers.c_loop),
        JAX: Row(("jax",), by_jax),
        PLAIN: Row(ours, lambda: lambda n: float(repeat(LISTING, n, ONE)["lost"])),
        BY_HAND: Row(ours, lambda: lambda n: by_hand()),
        TUTORIAL: Row(("numpy",), peers.tutorial),
        "NumPy, 2 x 2 matrices": Row(("numpy",), peers.matrices),
        NETWORK: Row(ours, by_network),
        MICROGRAD: Row(("micrograd",), peers.micrograd),
        AUTOGRAD: Row(("autograd",), peers.autograd),
        EAGER: Row(("torch",), peers.torch),
        COMPILED: Row(("torch",), peers.torch_compiled),
        TINYGRAD: Row(("tinygrad",), peers.tinygrad),
    }
    return Job(f"One network, {PASSES} passes", 1, PASSES, BY_HAND, rows)


def many_networks() -> Job:
    """Return what takes many networks through their passes, and hands back the losses and the weights."""
    rng = np.random.default_rng(1)
    inputs = {name: rng.uniform(0, 1, NETWORKS) for name in ("x1", "x2", "y1", "y2")}
    weights = {name: rng.uniform(0.5, 1.5, NETWORKS) for name in WEIGHTS}
    given = inputs | weights | {"theta": THETA}

    def by_repeat(n: int) -> Any:
        values = repeat(LISTING, n, given)
        return [values["lost"], *(values[name] for name in WEIGHTS)]

    def by_network() -> Callable[[int], Any]:
        x1, x2, y1, y2 = inputs.values()
        x, y = np.stack([x1, x2], -1)[:, None], np.stack([y1, y2], -1)[:, None]
        hidden, output = np.stack([*weights.values()], -1).reshape(NETWORKS, 2, 2, 2).swapaxes(0, 1)
        network = Network((Layer(hidden), Layer(output)))

        def run(n: int) -> Any:
            trained = network.train(x, y, n - 1, every=n - 1)  # the loss of the last pass only, as the others
            layers = (layer.weights.reshape(NETWORKS, 4).T for layer in trained.network.layers)
            return [trained.losses[-1], *(weight for layer in layers for weight in layer)]

        return run

    def by_jax() -> Callable[[int], Any]:
        import jax

        run = peers.jax()
        arrays = jax.device_put((tuple(weights.values()), *inputs.values(), np.float64(THETA)))

        def all_names(n: int) -> Any:
            lost, new = jax.block_until_ready(run(n, *arrays))
            return [lost, *new]

        return all_names

    def by_torch(compiled: bool) -> Callable[[int], Any]:
        import torch

        run = peers.torch_many(compiled)
        w, given = ([torch.from_numpy(a) for a in arrays.values()] for arrays in (weights, inputs))

        def all_names(n: int) -> Any:
            lost, new = run(n, w, *given)
            return [lost, *new]

        return all_names

    def at_once(n: int) -> Any:
        lost, new = peers.all_at_once(n, list(weights.values()), *inputs.values(), THETA)
        return [lost, *new]

    ours = ("bplit", "numpy")
    rows = {
        JAX: Row(("jax",), by_jax),
        PIECES: Row(ours, lambda: by_repeat),
        AT_ONCE: Row(("numpy",), lambda: at_once),
        NETWORK: Row(ours, by_network),
        EAGER: Row(("torch",), lambda: by_torch(False)),
        COMPILED: Row(("torch",), lambda: by_torch(True)),
    }
    return Job(f"{NETWORKS:,} networks, {MANY_PASSES} passes", NETWORKS, MANY_PASSES, AT_ONCE, rows)


def measured(job: Job) -> tuple[dict[str, Any], dict[str, Callable[[], Any]]]:
    """Return what a job's rows take, and the runs that were timed; say what is left out.

    A first call compiles. What it takes longer than the best one counts as that, importing does not.
    """
    first: dict[str, float] = {}
    runs: dict[str, Callable[[], Any]] = {}
    print()
    for name, row in job.rows.items():
        try:
            for package in row.needs:
                import_module(package)
            start = perf_counter()
            run = row.make()
            run(job.passes)
        except ImportError as error:
            print(f"Left out: {name} ({error})")
            continue
        first[name] = perf_counter() - start
        runs[name] = partial(run, job.passes)
    best = timed(runs)
    rows = {}
    for name, time in sorted(best.items(), key=lambda item: item[1]):
        needs = job.rows[name].needs
        rows[name] = {
            "ns": round(time / (job.networks * job.passes) * 1e9, 2),
            "compiling": round(first[name] - time, 2) if name in COMPILING else None,
            "bytes": size(needs) if needs else None,
        }
    described = {"title": job.title, "networks": job.networks, "passes": job.passes}
    return described | {"reference": job.reference, "rows": rows}, runs


def table(job: dict[str, Any]) -> None:
    """Print what a pass of one network takes, its ratio to a row of reference, and what else it costs."""
    print(
        f"\n{job['title']:<34}{'ns a pass':>12}{'ratio':>9}{'compiling, s':>14}{'installed, MB':>15}", end=""
    )
    print(f"{'in use, MB':>12}" if job["networks"] > 1 else "")
    for name, row in job["rows"].items():
        ratio = row["ns"] / job["rows"][job["reference"]]["ns"]
        compiling = "" if row["compiling"] is None else f"{row['compiling']:.2f}"
        installed, peak = (f"{row[key] / 1e6:.2f}" if row.get(key) else "" for key in ("bytes", "peak"))
        print(f"  {name:<32}{row['ns']:>12,.1f}{ratio:>9.2f}{compiling:>14}{installed:>15}{peak:>12}")


def paid_back(job: dict[str, Any], slower: Iterable[str]) -> Iterator[dict[str, Any]]:
    """Go through the rows that compile in Python: after how many passes are they ahead of others in all?"""
    for name in (JAX, COMPILED):
        for other in slower:
            if name in job["rows"]:
                row = job["rows"][name]
                saved = (job["rows"][other]["ns"] - row["ns"]) * 1e-9 * job["networks"]
                after = round(row["compiling"] / saved) if saved > 0 else None
                yield {"title": job["title"], "compiled": name, "instead": other, "passes": after}


def peak(row: Row) -> int:
    """Do a job of many networks once and print the most memory that was in use, in bytes."""
    from resource import RUSAGE_SELF, getrusage

    row.make()(MANY_PASSES)
    most = getrusage(RUSAGE_SELF).ru_maxrss
    print(most if sys.platform == "darwin" else most * 1024)
    return 0


def peak_of(name: str) -> int | None:
    """Return the most memory that a process uses for a job of many networks, or None if it cannot do it."""
    command = [sys.executable, "-m", "benchmarks", "--peak", name]
    done = subprocess.run(command, capture_output=True, text=True)
    return None if done.returncode else int(done.stdout)


def size(needs: Iterable[str]) -> int:
    """Return the bytes of packages and of all that they need, as far as that is installed."""
    total, seen, todo = 0, set(), list(needs)
    while todo:
        name = re.sub(r"[-_.]+", "-", todo.pop()).lower()
        if name in seen:
            continue
        seen.add(name)
        if name == "bplit":  # from the checkout, which may be installed or not
            total += sum(path.stat().st_size for path in Path(bplit.__file__).parent.glob("*.py"))
            continue
        try:
            found = distribution(name)
        except PackageNotFoundError:
            continue
        files = (Path(str(path.locate())) for path in found.files or ())
        total += sum(path.stat().st_size for path in files if path.is_file())
        todo += [re.split(r"[^\w.-]", need)[0] for need in found.requires or () if "extra ==" not in need]
    return total


def machine() -> str:
    """Return what the times were measured on."""
    cpus = Path("/proc/cpuinfo")
    named = re.search(r"model name\s*: (.*)", cpus.read_text("utf-8")) if cpus.exists() else None
    return f"{named[1] if named else platform.processor() or platform.machine()}, {os.cpu_count()} cores"


def installed(name: str) -> str | None:
    """Return the version of a distribution, or None."""
    try:
        return version(name)
    except PackageNotFoundError:
        return None


if __name__ == "__main__":
    sys.exit(main())
