"""Any fully connected network: its matrices, its worked listing, the file that describes it."""

from workings.net.files import TEMPLATE, Sheet, parsed, read
from workings.net.matrices import ACTIVATIONS, BIASES, EXAMPLES, LOSSES, ORDERS, Layer, Pass, Rules
from workings.net.network import Gradient, Network, Run
from workings.net.notation import NOTATIONS, NUMBERINGS, Notation
from workings.net.writer import Worked

__all__ = ["ACTIVATIONS", "BIASES", "EXAMPLES", "LOSSES", "NOTATIONS", "NUMBERINGS", "ORDERS", "TEMPLATE"]
__all__ += ["Gradient", "Layer", "Network", "Notation", "Pass", "Rules", "Run", "Sheet", "Worked", "parsed"]
__all__ += ["read"]
