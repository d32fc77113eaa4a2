"""The pictures of the book, which need Matplotlib: ``pip install bplit[draw]``."""

from workings.draw.pictures import (
    EDGES,
    Picture,
    along,
    curves,
    errors,
    heat,
    network,
    slopes,
    spread,
    wiring,
)

__all__ = [
    "EDGES",
    "Picture",
    "along",
    "curves",
    "errors",
    "heat",
    "network",
    "slopes",
    "spread",
    "wiring",
]
