"""Any fully connected network: its matrices, its worked listing, the file that describes it."""

from workings.net.files import TEMPLATE, Sheet, parsed, read
from workings.net.network import (
    ACTIVATIONS,
    BIASES,
    EXAMPLES,
    LOSSES,
    ORDERS,
    Gradient,
    Layer,
    Network,
    Pass,
    Rules,
    Run,
)
from workings.net.writer import NOTATIONS, NUMBERINGS, Notation, Worked

__all__ = [
    "ACTIVATIONS",
    "BIASES",
    "EXAMPLES",
    "LOSSES",
    "NOTATIONS",
    "NUMBERINGS",
    "ORDERS",
    "TEMPLATE",
    "Gradient",
    "Layer",
    "Network",
    "Notation",
    "Pass",
    "Rules",
    "Run",
    "Sheet",
    "Worked",
    "parsed",
    "read",
]
