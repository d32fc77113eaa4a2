"""Any fully connected network: its matrices, its worked listing, the file that describes it."""

from workings.net.files import TEMPLATE, Sheet, parsed, read
from workings.net.matrices import ACTIVATIONS, LOSSES, Layer, Pass
from workings.net.network import Gradient, Network, Run
from workings.net.notation import NOTATIONS, NUMBERINGS, Notation
from workings.net.rules import BIASES, EXAMPLES, ORDERS, Rules
from workings.net.writer import Worked

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
