"""The pictures of the book, which need Matplotlib: ``pip install .[draw]`` in the folder of the source.

They are vector graphics that take their colours from the page around them; what they show is said in words
and numbers as well. A chart that serves one page is drawn there, on a canvas of this room.
"""

from workings.draw.canvas import BACKWARD, FORWARD, GROUND, INK, STYLES, Picture, blank, picture
from workings.draw.charts import curves, logarithmic, tangent, varied
from workings.draw.crossings import wires
from workings.draw.diagrams import EDGES, network, units, wiring

__all__ = ["BACKWARD", "EDGES", "FORWARD", "GROUND", "INK", "STYLES", "Picture", "blank", "curves"]
__all__ += ["logarithmic", "network", "picture", "tangent", "units", "varied", "wires", "wiring"]
