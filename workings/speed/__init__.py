"""The quick run: a listing taken through many passes, for one network or for many at once.

A Python function is written from the listing's checked expressions, so no formula stands here twice and
nothing else can be executed. It runs as it is, on floats or on NumPy arrays, or as machine code by Numba.

>>> from bplit import Listing, forward, partials, update
>>> from bplit.byhand import THETA
>>> listing, f = Listing.of(forward, partials, update), forward()
>>> values = repeat(listing, 1000, {name: getattr(f, name, THETA) for name in listing.inputs})
>>> print(f"{values['lost']:.12g}")
0.000399983376811
"""

from workings.speed.running import repeat

__all__ = ["repeat"]
