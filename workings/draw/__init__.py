"""The pictures of the book, which need Matplotlib: ``pip install bplit[draw]``.

They are vector graphics that take their colours from the page around them; what they show is said in words
and numbers as well. A chart that serves one page is drawn there, on a canvas of this room.
"""

from workings.draw.canvas import FIRST, GROUND, INK, SECOND, STYLES, Picture, blank, picture
from workings.draw.charts import curves, logarithmic, tangent, varied
from workings.draw.diagrams import EDGES, network, units, wiring

__all__ = ["EDGES", "FIRST", "GROUND", "INK", "SECOND", "STYLES", "Picture", "blank", "curves", "logarithmic"]
__all__ += ["network", "picture", "tangent", "units", "varied", "wiring"]
