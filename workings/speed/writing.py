"""A listing written as a function that takes it through many passes.

It is written from the listing's checked expressions, so no formula stands here twice.
"""

import ast
from collections import Counter

from bplit.line import OPERATORS, exponent, names
from bplit.listing import Listing

PIECE_JIT = 1024  # how many networks machine code takes through all passes together
Carried = tuple[tuple[str, str], ...]  # an input, and the name whose value it takes over


def program(listing: Listing, carried: Carried, arrays: bool, jit: bool) -> str:
    """Write the function: of n and a value for every input, or for Numba of arrays with a row for each.

    >>> print(program(Listing.read("b = 2 * n ** 2"), (("n", "b"),), arrays=False, jit=False))
    def run(n, v_n):
     while True:
      v_b = 2.0 * v_n ** 2
      n -= 1
      if n == 0: return v_n, v_b,
      v_n, = v_b,
    """
    lines = [f"v_{line.name} = {ast.unparse(floated(line.expression))}" for line in listing.lines]
    inputs = [f"v_{name}" for name in listing.inputs]
    names = [*inputs, *(f"v_{name}" for name in listing.names)]
    if arrays and not jit:
        steps, more = in_place(listing, carried)
        head = f"def run({', '.join(['n', *inputs, *more])}):"
        once = "\n  ".join([f"{head}\n for _ in range(n - 1):", *steps])
        return "\n ".join([once, *lines, f"return {', '.join(names)},"])
    if not arrays:
        old, new = ("".join(f"v_{pair[side]}, " for pair in carried).strip() for side in (0, 1))
        lines += ["n -= 1", f"if n == 0: return {', '.join(names)},", f"{old} = {new}" if carried else ""]
        return "\n  ".join([f"def run({', '.join(['n', *inputs])}):\n while True:", *lines]).rstrip()
    # the rows of state stand end to end at known places: so a compiler sees that they never overlap
    places = {name: f"state[{row * PIECE_JIT} + i]" for row, name in enumerate(inputs)}
    lines = [f"{name} = {place}" for name, place in places.items()] + lines
    carry = [f"{places[f'v_{name}']} = v_{new}" for name, new in carried]
    keep = [f"results[{row}, start + i] = {name}" for row, name in enumerate(names)]
    loop = "for i in range(stop - start):"
    once, last = "\n   ".join([loop, *lines, *carry]), "\n  ".join([loop, *lines, *keep])
    return f"def run(n, state, results, start, stop):\n for _ in range(n - 1):\n  {once}\n {last}"


def in_place(listing: Listing, carried: Carried) -> tuple[list[str], list[str]]:
    """Write a pass before the last, as operations into few arrays: a row for each line, and one to carry.

    What no later pass needs is left out. An array is used again as soon as nothing needs its values, and
    the new values of an input go where its old ones were: so all of them stay in the cache. Returns the
    rows, and the names of the arrays that are not inputs.

    >>> rows, arrays = in_place(Listing.read("b = 2 * n + n ** 2"), (("n", "b"),))
    >>> print(*rows, arrays, sep="; ")
    r0 = multiply(2.0, v_n, r0); r1 = square(v_n, r1); v_n = add(r0, r1, v_n); pass; ['r0', 'r1']
    """
    left = Counter(new for _, new in carried)  # how often each name is still to be read
    for line in reversed(listing.lines):
        left.update(names(line.expression) if left[line.name] else ())
    place = {name: f"v_{name}" for name in listing.inputs}
    arrays, free, steps = list[str](), list[str](), list[str]()

    def write(node: ast.expr, line: str = "") -> str:
        """Write the steps of an expression, or of a whole line, and return where its value is."""
        match node:
            case ast.Name(id=name) if not line:
                left[name] -= 1
                return place[name] if left[name] else place.pop(name)
            case _ if not (line or any(names(node))):
                return ast.unparse(floated(node))
            case ast.UnaryOp(operand=operand):
                name, parts = "negative", [operand]
            case ast.BinOp(left=one, op=ast.Pow(), right=power) if exponent(power) == 2:
                name, parts = "square", [one]
            case ast.BinOp(left=one, op=op, right=other):
                name, parts = OPERATORS[type(op)].__name__, [one, other]
            case ast.Call(func=ast.Name(id=name), args=parts):
                pass
            case _:
                name, parts = "positive", [node]
        # single names come last: until they are read, no other part may take up their arrays
        values = {part: write(part) for part in sorted(parts, key=lambda part: isinstance(part, ast.Name))}
        free.extend(a for a in dict.fromkeys(values.values()) if a in arrays and a not in place.values())
        own = [f"v_{old}" for old, new in carried if new == line and not left[old]]
        if not (own or free):
            arrays.append(f"r{len(arrays)}")
            free.append(arrays[-1])
        out = own[0] if own else free.pop()
        steps.append(f"{out} = {name}({', '.join([*(values[part] for part in parts), out])})")
        return out

    rows = []
    for line in listing.lines:
        if left[line.name]:
            place[line.name] = write(line.expression, line.name)
        rows.append("; ".join(steps))
        steps.clear()
    moved = [(f"v_{old}", place[new]) for old, new in carried if place[new] != f"v_{old}"]
    carry = f"{', '.join(a for a, _ in moved)}, = {', '.join(f'positive({b})' for _, b in moved)},"
    return [*rows, carry if moved else "pass"], arrays


def floated(node: ast.expr) -> ast.expr:
    """Return an expression as it is run: with names that clash with nothing, and floats for numbers.

    Whole exponents stay whole, which is quicker. With any other one a root of a negative number is an
    error, not complex, and 1 / 0 is infinite for Numba, which otherwise stops there.
    """
    match node:
        case ast.Name(id=name):
            return ast.Name(f"v_{name}")
        case ast.Constant(value=value):
            return ast.Constant(float(value))  # type: ignore[arg-type]
        case ast.UnaryOp(op=op, operand=operand):
            return ast.UnaryOp(op, floated(operand))
        case ast.BinOp(left=left, op=ast.Pow() as op, right=right):
            power = exponent(right)
            if power >= 0 and power == int(power):
                return ast.BinOp(floated(left), op, ast.Constant(int(power)))
            return ast.Call(ast.Name("power"), [floated(left), ast.Constant(power)], [])
        case ast.BinOp(left=left, op=op, right=right):
            return ast.BinOp(floated(left), op, floated(right))
        case ast.Call(func=function, args=[argument]):
            return ast.Call(function, [floated(argument)], [])
    raise TypeError(ast.dump(node))
