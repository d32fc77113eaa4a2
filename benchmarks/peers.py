"""The article's network by other means: each function takes n passes and returns the loss of the last.

A peer that cannot take part raises ImportError, which says why.
"""

import ctypes
import math
import os
import shutil
import subprocess
import tempfile
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

X1, X2, Y1, Y2, THETA = 0.1, 0.88, 0.55, 1.0, 0.5
Run = Callable[[int], float]

C = """
#include <math.h>

static double sigmoid(double t) { return 1 / (1 + exp(-t)); }

double run(long n, double x1, double x2, double y1, double y2, double theta)
{
    double w1 = 1, w2 = 1, w3 = 1, w4 = 1, w5 = 1, w6 = 1, w7 = 1, w8 = 1;
    for (;;) {
        double h1 = sigmoid(w1 * x1 + w2 * x2), h2 = sigmoid(w3 * x1 + w4 * x2);
        double o1 = sigmoid(w5 * h1 + w6 * h2), o2 = sigmoid(w7 * h1 + w8 * h2);
        if (--n == 0)
            return ((y1 - o1) * (y1 - o1) + (y2 - o2) * (y2 - o2)) / 2;
        double d1 = (o1 - y1) * o1 * (1 - o1), d2 = (o2 - y2) * o2 * (1 - o2);
        double e1 = (d1 * w5 + d2 * w7) * h1 * (1 - h1), e2 = (d1 * w6 + d2 * w8) * h2 * (1 - h2);
        w5 -= theta * d1 * h1, w6 -= theta * d1 * h2, w7 -= theta * d2 * h1, w8 -= theta * d2 * h2;
        w1 -= theta * e1 * x1, w2 -= theta * e1 * x2, w3 -= theta * e2 * x1, w4 -= theta * e2 * x2;
    }
}
"""


def c_loop() -> Run:
    """Compile a loop written by hand in C."""
    compiler = shutil.which(os.environ.get("CC", "cc")) or shutil.which("gcc")
    if compiler is None:
        raise ImportError("no C compiler")
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        source, library = Path(folder, "run.c"), Path(folder, "run.so")
        source.write_text(C)
        command = [compiler, "-O2", "-shared", "-fPIC", str(source), "-o", str(library), "-lm"]
        if subprocess.run(command, capture_output=True).returncode:
            raise ImportError(f"{compiler} makes no library of it")
        run = ctypes.CDLL(str(library)).run
    run.restype = ctypes.c_double
    run.argtypes = [ctypes.c_long, *[ctypes.c_double] * 5]
    return lambda n: float(run(n, X1, X2, Y1, Y2, THETA))


def tutorial() -> Run:
    """Write a listing as tutorials do: NumPy on single numbers, every partial in full."""

    def squash(t: Any) -> Any:
        return 1 / (1 + np.exp(-t))

    def run(n: int) -> float:
        w1 = w2 = w3 = w4 = w5 = w6 = w7 = w8 = 1.0
        for _ in range(n):
            a1 = squash(w1 * X1 + w2 * X2)
            a2 = squash(w3 * X1 + w4 * X2)
            b1 = squash(w5 * a1 + w6 * a2)
            b2 = squash(w7 * a1 + w8 * a2)
            cost = np.square(Y1 - b1) / 2 + np.square(Y2 - b2) / 2
            g5 = -(Y1 - b1) * b1 * (1 - b1) * a1
            g6 = -(Y1 - b1) * b1 * (1 - b1) * a2
            g7 = -(Y2 - b2) * b2 * (1 - b2) * a1
            g8 = -(Y2 - b2) * b2 * (1 - b2) * a2
            back1 = -(Y1 - b1) * b1 * (1 - b1) * w5 - (Y2 - b2) * b2 * (1 - b2) * w7
            g1 = back1 * a1 * (1 - a1) * X1
            back1 = -(Y1 - b1) * b1 * (1 - b1) * w5 - (Y2 - b2) * b2 * (1 - b2) * w7
            g2 = back1 * a1 * (1 - a1) * X2
            back2 = -(Y1 - b1) * b1 * (1 - b1) * w6 - (Y2 - b2) * b2 * (1 - b2) * w8
            g3 = back2 * a2 * (1 - a2) * X1
            back2 = -(Y1 - b1) * b1 * (1 - b1) * w6 - (Y2 - b2) * b2 * (1 - b2) * w8
            g4 = back2 * a2 * (1 - a2) * X2
            w1, w2, w3, w4 = w1 - THETA * g1, w2 - THETA * g2, w3 - THETA * g3, w4 - THETA * g4
            w5, w6, w7, w8 = w5 - THETA * g5, w6 - THETA * g6, w7 - THETA * g7, w8 - THETA * g8
        return float(cost)

    return run


def matrices() -> Run:
    """Write a layer as a 2 x 2 matrix of NumPy."""
    x, y = np.array([X1, X2]), np.array([Y1, Y2])

    def run(n: int) -> float:
        hidden, output = np.ones((2, 2)), np.ones((2, 2))
        for _ in range(n):
            h = 1 / (1 + np.exp(-(hidden @ x)))
            o = 1 / (1 + np.exp(-(output @ h)))
            error = o - y
            lost = error @ error / 2
            delta = error * o * (1 - o)
            below = (delta @ output) * h * (1 - h)
            output = output - THETA * np.outer(delta, h)
            hidden = hidden - THETA * np.outer(below, x)
        return float(lost)

    return run


def micrograd() -> Run:
    """Let micrograd go backwards. It has no exponential, so one is written as its own functions are."""
    from micrograd.engine import Value

    def exp(t: Any) -> Any:
        out = Value(math.exp(t.data), (t,), "exp")

        def backward() -> None:
            t.grad += out.data * out.grad

        out._backward = backward
        return out

    def sigmoid(t: Any) -> Any:
        return (1 + exp(-t)) ** -1

    def run(n: int) -> float:
        w = [Value(1.0) for _ in range(8)]
        for _ in range(n):
            h1, h2 = sigmoid(w[0] * X1 + w[1] * X2), sigmoid(w[2] * X1 + w[3] * X2)
            o1, o2 = sigmoid(w[4] * h1 + w[5] * h2), sigmoid(w[6] * h1 + w[7] * h2)
            lost = (o1 - Y1) ** 2 / 2 + (o2 - Y2) ** 2 / 2
            lost.backward()
            w = [Value(weight.data - THETA * weight.grad) for weight in w]
        return float(lost.data)

    return run


def autograd() -> Run:
    """Let HIPS autograd go backwards."""
    import autograd.numpy as anp
    from autograd import value_and_grad

    x, y = np.array([X1, X2]), np.array([Y1, Y2])

    def loss(w: Any) -> Any:
        h = 1 / (1 + anp.exp(-anp.dot(w[0], x)))
        o = 1 / (1 + anp.exp(-anp.dot(w[1], h)))
        return anp.sum((o - y) ** 2) / 2

    both = value_and_grad(loss)

    def run(n: int) -> float:
        w = np.ones((2, 2, 2))
        for _ in range(n):
            lost, slope = both(w)
            w = w - THETA * slope
        return float(lost)

    return run


def torch() -> Run:
    """Let PyTorch go backwards, eagerly."""
    import torch

    x, y = torch.tensor([X1, X2], dtype=torch.float64), torch.tensor([Y1, Y2], dtype=torch.float64)

    def run(n: int) -> float:
        layers = [torch.ones(2, 2, dtype=torch.float64, requires_grad=True) for _ in range(2)]
        for _ in range(n):
            h = torch.sigmoid(layers[0] @ x)
            lost = ((torch.sigmoid(layers[1] @ h) - y) ** 2).sum() / 2
            slopes = torch.autograd.grad(lost, layers)
            with torch.no_grad():
                for layer, slope in zip(layers, slopes, strict=True):
                    layer -= THETA * slope
        return lost.item()

    return run


def torch_compiled() -> Run:
    """Let PyTorch compile a pass: the loss, its partials, the update."""
    import torch

    x, y = torch.tensor([X1, X2], dtype=torch.float64), torch.tensor([Y1, Y2], dtype=torch.float64)

    def loss(hidden: Any, output: Any) -> Any:
        return ((torch.sigmoid(output @ torch.sigmoid(hidden @ x)) - y) ** 2).sum() / 2

    def step(hidden: Any, output: Any) -> Any:
        (by_hidden, by_output), lost = torch.func.grad_and_value(loss, argnums=(0, 1))(hidden, output)
        return hidden - THETA * by_hidden, output - THETA * by_output, lost

    step = torch_compile(step)

    def run(n: int) -> float:
        hidden = output = torch.ones(2, 2, dtype=torch.float64)
        for _ in range(n):
            hidden, output, lost = step(hidden, output)
        return float(lost)

    return run


def torch_compile(step: Callable[..., Any]) -> Callable[..., Any]:
    """Compile a function by PyTorch anew, whatever it has kept from an earlier run."""
    import torch

    if not any(map(shutil.which, (os.environ.get("CXX", "g++"), "clang++"))):
        raise ImportError("no C++ compiler")
    torch.compiler.config.force_disable_caches = True
    warnings.filterwarnings("ignore", "dynamo_pgo force disabled")
    return torch.compile(step, dynamic=False)


def torch_many(compiled: bool) -> Callable[..., Any]:
    """Let PyTorch take many networks through n passes, of which it compiles one if asked to."""
    import torch

    def loss(w: Any, x1: Any, x2: Any, y1: Any, y2: Any) -> Any:
        h1, h2 = torch.sigmoid(w[0] * x1 + w[1] * x2), torch.sigmoid(w[2] * x1 + w[3] * x2)
        o1, o2 = torch.sigmoid(w[4] * h1 + w[5] * h2), torch.sigmoid(w[6] * h1 + w[7] * h2)
        lost = (o1 - y1) ** 2 / 2 + (o2 - y2) ** 2 / 2
        return lost.sum(), lost

    def step(w: Any, *given: Any) -> Any:
        slopes, lost = torch.func.grad(loss, has_aux=True)(w, *given)
        return lost, [weight - THETA * slope for weight, slope in zip(w, slopes, strict=True)]

    if compiled:
        step = torch_compile(step)

    def run(n: int, w: list[Any], *given: Any) -> Any:
        for _ in range(n - 1):
            _, w = step(w, *given)
        return step(w, *given)[0], w

    return run


def tinygrad() -> Run:
    """Let tinygrad go backwards, in a pass that it records once and compiles."""
    if shutil.which("clang") is None:
        raise ImportError("no clang, with which it compiles")
    from tinygrad import Tensor, TinyJit, dtypes
    from tinygrad.helpers import CACHELEVEL

    CACHELEVEL.value = 0  # compile anew, whatever an earlier run has kept
    x, y = Tensor([X1, X2], dtype=dtypes.float64), Tensor([Y1, Y2], dtype=dtypes.float64)
    layers = [Tensor.empty(2, 2, dtype=dtypes.float64) for _ in range(2)]

    @TinyJit
    def step() -> Any:
        h = (layers[0] * x).sum(1).sigmoid()
        lost = (((layers[1] * h).sum(1).sigmoid() - y) ** 2).sum() / 2
        slopes = lost.gradient(*layers)
        for layer, slope in zip(layers, slopes, strict=True):
            layer.assign(layer - THETA * slope)
        return lost.realize(*layers)

    def run(n: int) -> float:
        for layer in layers:
            layer.assign(Tensor.ones(2, 2, dtype=dtypes.float64)).realize()
        for _ in range(n):
            lost = step()
        return float(lost.item())

    return run


def jax() -> Callable[..., Any]:
    """Compile a scan by JAX: of n, eight weights, x1, x2, y1, y2 and theta, single numbers or arrays.

    Its function returns the loss and the weights of the n-th pass.
    """
    import jax

    jax.config.update("jax_enable_x64", True)

    def ahead(w: Any, x1: Any, x2: Any, y1: Any, y2: Any) -> Any:
        h1, h2 = jax.nn.sigmoid(w[0] * x1 + w[1] * x2), jax.nn.sigmoid(w[2] * x1 + w[3] * x2)
        o1, o2 = jax.nn.sigmoid(w[4] * h1 + w[5] * h2), jax.nn.sigmoid(w[6] * h1 + w[7] * h2)
        return h1, h2, o1, o2, (o1 - y1) ** 2 / 2 + (o2 - y2) ** 2 / 2

    def run(n: int, w: Any, x1: Any, x2: Any, y1: Any, y2: Any, theta: Any) -> Any:
        def step(w: Any, _: None) -> Any:
            h1, h2, o1, o2, _ = ahead(w, x1, x2, y1, y2)
            d1, d2 = (o1 - y1) * o1 * (1 - o1), (o2 - y2) * o2 * (1 - o2)
            e1, e2 = (d1 * w[4] + d2 * w[6]) * h1 * (1 - h1), (d1 * w[5] + d2 * w[7]) * h2 * (1 - h2)
            slopes = e1 * x1, e1 * x2, e2 * x1, e2 * x2, d1 * h1, d1 * h2, d2 * h1, d2 * h2
            return tuple(weight - theta * slope for weight, slope in zip(w, slopes, strict=True)), None

        w, _ = jax.lax.scan(step, w, None, length=n - 1)
        return ahead(w, x1, x2, y1, y2)[-1], w

    return jax.jit(run, static_argnums=0)


def all_at_once(n: int, w: list[Any], x1: Any, x2: Any, y1: Any, y2: Any, theta: float) -> Any:
    """Take many networks through n passes, each operation on all of them."""

    def sigmoid(t: Any) -> Any:
        return 1 / (1 + np.exp(-t))

    w1, w2, w3, w4, w5, w6, w7, w8 = w
    while True:
        h1, h2 = sigmoid(w1 * x1 + w2 * x2), sigmoid(w3 * x1 + w4 * x2)
        o1, o2 = sigmoid(w5 * h1 + w6 * h2), sigmoid(w7 * h1 + w8 * h2)
        n -= 1
        if n == 0:
            return (o1 - y1) ** 2 / 2 + (o2 - y2) ** 2 / 2, (w1, w2, w3, w4, w5, w6, w7, w8)
        d1, d2 = (o1 - y1) * o1 * (1 - o1), (o2 - y2) * o2 * (1 - o2)
        e1, e2 = (d1 * w5 + d2 * w7) * h1 * (1 - h1), (d1 * w6 + d2 * w8) * h2 * (1 - h2)
        w1, w2, w3, w4 = (
            w1 - theta * (e1 * x1),
            w2 - theta * (e1 * x2),
            w3 - theta * (e2 * x1),
            w4 - theta * (e2 * x2),
        )
        w5, w6, w7, w8 = (
            w5 - theta * (d1 * h1),
            w6 - theta * (d1 * h2),
            w7 - theta * (d2 * h1),
            w8 - theta * (d2 * h2),
        )
