"""One step in numbers, from any program: which of the weights after it are wrong, and why.

What is not said of the rules is tried. If some rules give all numbers after the step, to the digits that
are given, the step is right; otherwise the numbers are checked under those rules that give most.
"""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import product
from typing import Any, NamedTuple

import numpy as np

from bplit.given import rate as rate_of
from bplit.given import shown
from workings.check.figures import check
from workings.check.handed import Layout, Reply, arrays_of, labels, layouts, mapped_names
from workings.check.report import Report
from workings.net.files import Sheet, expect_keys, label
from workings.net.matrices import (
    ACTIVATIONS,
    BIASES,
    EXAMPLES,
    LOSSES,
    ORDERS,
    Layer,
    Rules,
    Task,
    ahead,
    stepped,
)
from workings.net.network import Network
from workings.net.notation import NOTATIONS, one_of
from workings.net.shapes import numbers
from workings.symbol import Array
from workings.words import WORDS

# What is tried where nothing is said, the likeliest first.
HIDDEN = ("sigmoid", "tanh", "relu", "linear")
OUTPUT = ("sigmoid", "softmax", "linear", "tanh", "relu")
TRIED = (
    *(("half_sse", False), ("mse", True), ("sse", False), ("half_mse", True)),
    *(("cross_entropy", False), ("binary_cross_entropy", True), ("binary_cross_entropy", False)),
    *(("cross_entropy", True), ("mae", True), ("mae", False)),
)
ENDS = {"cross_entropy": ("softmax",), "binary_cross_entropy": ("sigmoid", "softmax")}
NEEDED = ("inputs", "targets", "before", "after", "rate")
STEP_KEYS = (*NEEDED, "activation", "loss", "mean", "examples", "order", "biases")
STEPS = 10_000  # so many are tried
ALIKE = 1e-3  # so near to each other are factors that are one
IN_DOUBLE, IN_SINGLE = 2.0**-40, 1e-5  # what floats, and single ones, do to a change
ROUNDED = 2.2  # times half a digit: where the numbers before the step are rounded, too
CHANCE = 4  # fewer digits may fit by chance


class Numbers(NamedTuple):
    """The numbers of a network, before and after a step, and how far those after may be off.

    ``place`` says where the number of a name stands, ``printed`` has the texts of those after; ``unit`` is
    half the worth of their last digit, ``noise`` the share of a change that floats may take, and ``rounded``
    says whether those before have as many decimals.
    """

    place: Mapping[str, int]
    before: Array
    after: Array
    printed: Sequence[str]
    unit: Array
    noise: float
    rounded: bool

    def right(self, after: Array, slack: float = 1) -> Array:
        """Say of each calculated number whether it is the one that is given."""
        change = np.abs(self.after - self.before).max()
        return np.abs(after - self.after) <= slack * self.unit + self.noise * change + 2.0**-50

    def whole(self, n: int) -> str:
        """Return the text of a number after the step, with the zeros at its end that floats lose."""
        unit = Decimal(1).scaleb(round(np.log10(2 * self.unit[n]))) if self.noise == IN_DOUBLE else None
        return str(Decimal(self.printed[n]).quantize(unit) if unit else self.printed[n])

    def at(self, names: Array) -> Array:
        """Return the numbers before the step of an array of names."""
        return self.before[mapped_names(self.place.__getitem__, names).astype(int)]


class Way(NamedTuple):
    """A way to take the step: the names of each layer's numbers, the rules, and what comes of it."""

    names: Layout
    task: Task
    rules: Rules
    after: Array

    @property
    def record(self) -> dict[str, Any]:
        """The rules by name."""
        loss, mean = self.task.loss, self.task.mean
        more = (
            f" (mean = {str(mean).lower()})"
            if mean != LOSSES[loss].mean and len(self.names[-1][0]) > 1
            else ""
        )
        acts = ", ".join(layer.activation for layer in self.task.layers)
        rules = {key: getattr(self.rules, key) for key in ("examples", "order", "biases")}
        return {"activation": acts, "loss": loss + more} | rules

    @property
    def parts(self) -> list[Array]:
        """The names of the weights, then the biases, of each layer."""
        return [part for layer in self.names for part in layer if part is not None]


def numbers_of(before: Mapping[str, Array], after: Mapping[str, Array]) -> Numbers:
    """Return all numbers, or raise a ValueError if those after the step are others than those before."""
    for name in {**before, **after}:
        old, new = (str(part[name].shape) if name in part else "none" for part in (before, after))
        if old != new:
            raise ValueError(f"after: {label(name)}: expected numbers of shape {old}, as before, got {new}")
    names = [name for key, array in before.items() for name in labels(key, array).flat]
    leaves = [leaf for key in before for leaf in after[key].flat]
    first = np.array([float(leaf) for array in before.values() for leaf in array.flat])
    values = np.array([*map(float, leaves)])
    texts = [getattr(leaf, "text", repr(float(leaf))) for leaf in leaves]
    digits = [*map(Decimal, texts)]
    # a float has lost the zeros at its end: the others say how many decimals, or digits, there are
    last = min(int(number.as_tuple().exponent) for number in digits)
    most = max(len(number.as_tuple().digits) for number in digits)
    single = most > 9 and bool(np.all(values.astype(np.float32) == values))
    ends = [max(last, number.adjusted() - most + 1) for number in digits]
    unit = np.abs(values) * 2.0**-22 if single else 10.0 ** np.array(ends) / 2
    rounded, fewer = (np.array_equal(first, first.round(max(0, n))) for n in (-last, -last - 1))
    place = {name: n for n, name in enumerate(names)}
    return Numbers(
        place, first, values, texts, unit, IN_SINGLE if single else IN_DOUBLE, rounded and not fewer
    )


def activations_of(given: Any, layers: int) -> list[tuple[str, ...]]:
    """Return the activations that are tried: one that is given counts for all layers."""
    if given is None:
        hidden = HIDDEN if layers > 1 else HIDDEN[:1]
        return [(*[one] * (layers - 1), last) for one, last in product(hidden, OUTPUT)]
    every = [*given] if isinstance(given, list | tuple) else [given] * layers
    if len(every) != layers:
        raise ValueError(f"activation: expected one, or one for each of {layers} layers, got {len(every)}")
    for name in every:
        one_of("activation", name, ACTIVATIONS)
    return [tuple(every)]


def ways_to_step(
    given: Numbers, names: Layout, x: Array, y: Array, known: Mapping[str, Any], unusual: bool
) -> Iterator[Way]:
    """Go through the ways to take the step that nothing that is known forbids, the likeliest first.

    The unusual ones are those of online steps, and of a layer that is updated before it carries back.
    """
    layers = [(given.at(weights), None if bias is None else given.at(bias)) for weights, bias in names]
    biases = [(bias, len(weights)) for weights, bias in layers if bias is not None]
    places = [given.place[name] for _, bias in names if bias is not None for name in bias]
    impossible = {
        "per_unit": any(bias.size < units for bias, units in biases),
        "shared": any(np.ptp(bias) for bias, _ in biases),
        "frozen": np.any(given.before[places] != given.after[places]),
    }
    rules = {
        "examples": EXAMPLES if len(x) > 1 else EXAMPLES[:1],
        "order": ORDERS if len(layers) > 1 else ORDERS[:1],
        "biases": [policy for policy in BIASES if not impossible[policy]] if biases else BIASES[:1],
    }
    rules = {key: (known[key],) if known[key] else values for key, values in rules.items()}
    losses = [one for one in TRIED if known["loss"] in (None, one[0]) and known["mean"] in (None, one[1])]
    losses = [one for one in losses if known["loss"] or suits(one[0], y)]
    left = STEPS
    for acts, (loss, mean), *rest in product(
        activations_of(known["activation"], len(layers)), losses, *rules.values()
    ):
        left -= len(x) if "online" in rest else 1
        strange = not known["loss"] and acts[-1] not in ENDS.get(loss, acts)
        if strange or left < 0 or unusual != ("online" in rest or "output_first" in rest):
            continue
        examples, order, policy = rest
        shaped = [bias[:1] if bias is not None and policy == "shared" else bias for _, bias in layers]
        parts = zip((weights for weights, _ in layers), shaped, acts, strict=True)
        task = Task(tuple(Layer(*part) for part in parts), loss, mean)
        way = Way(names, task, Rules(known["rate"], order, policy, examples), given.before.copy())
        for part, after in zip(way.parts, taken(way, x, y), strict=True):
            way.after[mapped_names(given.place.__getitem__, part).astype(int)] = after
        if np.all(np.isfinite(way.after)):
            yield way


def suits(loss: str, y: Array) -> bool:
    """Say whether targets are such that a loss is tried."""
    ones = loss != "cross_entropy" or bool(np.all(abs(y.sum(-1) - 1) < 1e-9))
    return ones and not (loss.endswith("entropy") and np.any((y < 0) | (y > 1)))


def taken(way: Way, x: Array, y: Array) -> list[Array]:
    """Return the weights, then the biases, of each layer after the step."""
    task, online = way.task, way.rules.examples == "online"
    with np.errstate(all="ignore"):
        for some in [slice(n, n + 1) for n in range(len(x))] if online else [slice(None)]:
            task = stepped(task, ahead(task, x[some], y[some]), y[some], way.rules)
    return [part for layer in task.layers for part in layer[:2] if part is not None]


def score(way: Way, given: Numbers, slack: float) -> int:
    """Return how much speaks for a way: numbers that it gives, and changes up to a factor."""
    change, common = way.after - given.before, 0
    factors = (given.after - given.before) / np.where(change == 0, np.inf, change)
    for part in way.parts:
        some = factors[mapped_names(given.place.__getitem__, part).astype(int)]
        middle = np.median(some)
        common += int((abs(some - middle) <= ALIKE * abs(middle)).sum()) if abs(middle) > ALIKE else 0
    return 2 * int(given.right(way.after, slack).sum()) + common


def step(
    inputs: Any,
    targets: Any,
    before: Any,
    after: Any,
    rate: float,
    activation: str | Sequence[str] | None = None,
    loss: str | None = None,
    mean: bool | None = None,
    examples: str | None = None,
    order: str | None = None,
    biases: str | None = None,
) -> Reply:
    """Say whether one step of gradient descent is right, and if not, which numbers are wrong and why.

    Args:
        inputs: Those of one example, of shape (inputs,), or a row for each, (examples, inputs).
        targets: In the same way, (outputs,) or (examples, outputs).
        before: The weights and biases before the step: by name, as a state dict has them, or a list of
            matrices and biases. A matrix may be units × inputs or inputs × units.
        after: Those after the step, in the same way.
        rate: The learning rate.
        activation: One for all layers, or a list with one for each. What is left out from here on is tried.
        loss: One of ``LOSSES``.
        mean: Whether the loss is the mean of the outputs' errors in place of their sum.
        examples: ``batch_mean``, ``batch_sum`` or ``online``.
        order: ``simultaneous`` or ``output_first``.
        biases: ``per_unit``, ``shared`` or ``frozen``.

    Raises:
        ValueError: If shapes do not fit each other, or a name or a number is none.

    >>> reply = step([1], [0], {"w": [[0.5]]}, {"w": [[0.46]]}, 0.1, "linear", "half_sse")
    >>> reply.right, reply.report.verdicts[0].exact
    (False, 0.45)
    """
    known: dict[str, Any] = {"rate": rate_of("rate", rate), "activation": activation, "mean": mean}
    known |= {"loss": loss, "examples": examples, "order": order, "biases": biases}
    names = {"loss": LOSSES, "examples": EXAMPLES, "order": ORDERS, "biases": BIASES}
    for key in names:
        if known[key] is not None:
            one_of(key, known[key], names[key])
    if not isinstance(mean, bool | None):
        raise ValueError(f"mean: expected true or false, got {shown(mean)}")
    arrays = arrays_of("before", before)
    given = numbers_of(arrays, arrays_of("after", after))
    return judged_step(given, arrays, *rows_of(inputs, targets), known)


def step_of(content: Any) -> Reply:
    """Return what `step` says of a step that a file holds, or raise a ValueError that names the key."""
    if not isinstance(content, dict):
        raise ValueError(f"expected a step, with {', '.join(STEP_KEYS)}, got {shown(content)}")
    expect_keys((), content, STEP_KEYS)
    for key in NEEDED:
        if key not in content:
            raise ValueError(f"{key}: missing")
    return step(**content)


def rows_of(inputs: Any, targets: Any) -> tuple[Array, Array]:
    """Return inputs and targets with a row for each example, or raise a ValueError."""
    x, y = (np.atleast_1d(numbers(key, part)) for key, part in (("inputs", inputs), ("targets", targets)))
    y = y[:, None] if x.ndim == 2 and y.shape == x.shape[:1] else y  # a list for one output
    if x.ndim > 2 or y.ndim != x.ndim or (x.ndim == 2 and len(x) != len(y)) or not x.size * y.size:
        raise ValueError(f"targets: expected a row for each example of inputs {x.shape}, got {y.shape}")
    return np.atleast_2d(x), np.atleast_2d(y)


def judged_step(
    given: Numbers, arrays: Mapping[str, Array], x: Array, y: Array, known: Mapping[str, Any]
) -> Reply:
    """Say under which rules a step is right, or check it under the likeliest."""
    every: list[Way] = []
    slack = ROUNDED if given.rounded else 1.0
    for unusual in (False, True):
        for names in layouts("before", arrays, x.shape[-1], y.shape[-1]):
            every += ways_to_step(given, names, x, y, known, unusual)
        for some in dict.fromkeys((1.0, slack)):
            if fit := [way for way in every if np.all(given.right(way.after, some))]:
                return Reply(True, tuple(notes(given, fit, some)), rules=fit[0].record)
    if not every:
        raise ValueError("rate: no rules that could be tried keep the numbers within their range")
    way = max(every, key=lambda way: score(way, given, slack))
    told, right = tuple(notes(given, [way], slack)), given.right(way.after, slack)
    network = Network(way.task.layers, way.task.loss, way.task.mean)
    sheet = Sheet(network, x, y, way.rules, NOTATIONS["z_a"], "rows", "", "", {}, {})
    try:
        worked = sheet.worked()
    except ValueError as error:  # too large for paper
        return Reply(False, (*told, str(error)), rules=way.record)
    own: dict[str, str] = {}
    for here, (weights, biases) in zip(worked.layers, way.names, strict=True):
        own |= dict(zip(np.ravel(here.weights), weights.flat, strict=True))
        own |= {} if biases is None else dict(zip(here.biases or (), biases, strict=False))
    place = {worked.updates.get(name, name): given.place[people] for name, people in own.items()}
    # a number that is right but for rounding before the step is no riddle
    beyond = right & (abs(way.after - given.after) > given.unit)
    figures = {name: repr(float(way.after[n])) if beyond[n] else given.whole(n) for name, n in place.items()}
    verdicts = []
    for verdict in check(sheet._replace(printed={0: figures})).verdicts:
        n = place[verdict.figure.name]
        if right[n]:
            figure = verdict.figure._replace(printed=given.printed[n])
            verdict = verdict._replace(figure=figure, word="agrees", why="", found=None)
        verdicts.append(verdict)
    called = {worked.updates[name]: f"new {people}" for name, people in own.items() if name in worked.updates}
    called |= {partial: f"∂L/∂{own[by]}" for partial, by in worked.means.items() if by in own} | own
    return Reply(False, told, Report(tuple(verdicts)), called, way.record)


def notes(given: Numbers, fit: Sequence[Way], slack: float) -> Iterator[str]:
    """Say under which rules how many numbers are right, and what else there is to say of them."""
    said = WORDS["step"]
    count, right = len(given.after), int(given.right(fit[0].after, slack).sum())
    yield said["right" if right == count else "wrong"].format(count=count, right=right)
    others = {key: [*dict.fromkeys(str(way.record[key]) for way in fit)] for key in fit[0].record}
    rules = "; ".join(f"{key} {said['or'].join(values[:3])}" for key, values in others.items())
    yield said["rules"].format(rules=rules)
    if slack > 1 and right == count:
        yield said["rounded"]
    change = np.abs(given.after - given.before) / np.maximum(given.unit, 1e-17)
    if right == count and np.log10(np.maximum(change, 1)).sum() < CHANCE:
        yield said["few"]
    for weights, _ in fit[0].names:
        values = given.at(weights)
        if any(np.unique(values, axis=k).shape[k] < values.shape[k] for k in (0, 1)):  # of rows, of columns
            yield said["equal"].format(name=weights[0, 0].partition("[")[0])
