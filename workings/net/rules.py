"""How a step is taken: the rules that people mix up have names."""

from dataclasses import dataclass

from bplit.given import rate, real, shown
from workings.net.notation import one_of

ORDERS = ("simultaneous", "output_first")
BIASES = ("per_unit", "shared", "frozen")
EXAMPLES = ("batch_mean", "batch_sum", "online")


@dataclass(frozen=True)
class Rules:
    """How a step is taken.

    Args:
        rate: The learning rate.
        order: ``simultaneous`` calculates all partials from the old weights. ``output_first`` updates a
            layer before it carries the partials back through it, which is not gradient descent.
        biases: ``per_unit`` steps each bias by its own partial, ``shared`` the one bias of a layer by the
            sum of them, ``frozen`` none.
        examples: ``batch_mean`` steps by the mean of the examples' partials, ``batch_sum`` by their sum,
            ``online`` once for each example in turn.
        momentum: The share of the step before that is added: v = momentum * v + partial, w = w - rate * v.

    Raises:
        ValueError: If an argument is not as above.

    >>> Rules(order="output first")
    Traceback (most recent call last):
    ValueError: order: expected one of simultaneous, output_first, got 'output first', perhaps output_first
    """

    rate: float = 0.5
    order: str = "simultaneous"
    biases: str = "per_unit"
    examples: str = "batch_mean"
    momentum: float = 0.0

    def __post_init__(self) -> None:
        object.__setattr__(self, "rate", rate("rate", self.rate))
        one_of("order", self.order, ORDERS)
        one_of("biases", self.biases, BIASES)
        one_of("examples", self.examples, EXAMPLES)
        momentum = real(self.momentum)
        if not 0 <= momentum < 1:
            raise ValueError(f"momentum: expected a number from 0 to below 1, got {shown(self.momentum)}")
        object.__setattr__(self, "momentum", momentum)
