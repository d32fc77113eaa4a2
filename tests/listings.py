"""Random listings for the tests."""

from random import Random

from hypothesis import strategies as st

from bplit.listing import Listing


def expression(random, names, depth):
    """Write a random expression of some names, nested up to so deep: any operator, any function."""
    if depth == 0 or random.random() < 0.1:
        return random.choice([*names, *names, "2", "3", "0.5", "1e-3"])
    one, other = (expression(random, names, random.randrange(depth)) for _ in "12")
    above = f"(1 + ({other}) ** 2)"  # a divisor, a logarithm or a root gets something above 0
    return random.choice(
        [
            f"({one} + {other})",
            f"({one} - {other})",
            f"({one} * {other})",
            f"({one} * -{other})",
            f"{one} * {(name := random.choice(names))} {random.choice('+-*')} (1 - {name})",
            f"({one} / {above})",
            f"({above} ** {random.choice(['-1', '-2', '0.5', '3'])})",
            f"(-{one})",
            f"({one}) ** 2",
            f"log({above})",
            f"sqrt({above})",
            f"sigmoid({one})",
            f"tanh({one})",
            f"exp(-({one}) ** 2)",
        ]
    )


@st.composite
def listings(draw):
    """Draw a listing, and a number for each of its inputs."""
    random = Random(draw(st.integers(0, 2**32)))
    size, depth = draw(st.integers(1, 8)), draw(st.integers(1, 5))
    names = ["a", "b", "c", "d"]
    lines = []
    for number in range(size):
        lines.append(f"n{number} = {expression(random, names, depth)}")
        names.append(f"n{number}")
    listing = Listing.read("\n".join(lines))
    numbers = {name: round(random.uniform(-2, 2), 3) for name in "abcd"}
    return listing, {name: numbers[name] for name in listing.inputs}
