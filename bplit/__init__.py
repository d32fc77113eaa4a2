"""One backpropagation, calculated by hand: the article's 2-2-2 network as plain functions."""

from bplit.article import crossed
from bplit.byhand import Weights, forward, partials, passes, sigmoid, update
from bplit.listing import Listing

__all__ = ["Listing", "Weights", "crossed", "forward", "partials", "passes", "sigmoid", "update"]
