"""What is built on `bplit`: any network, its worked solution, checks of numbers and scripts, pictures.

>>> net = Network([Layer([[1, 1], [1, 1]]), Layer([[1, 1], [1, 1]])])
>>> print(f"{net.forward([0.1, 0.88], [0.55, 1]).loss:.6f}")
0.051896
"""

from workings.net import Layer, Network, Rules

__all__ = ["Layer", "Network", "Rules"]
