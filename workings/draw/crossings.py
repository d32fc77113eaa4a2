"""The article's crossed wires: what the backward lines take each weight to join."""

import ast
from collections.abc import Mapping

from bplit.listing import Listing
from workings.draw.canvas import BACKWARD, GROUND, INK, PHONE, SAYS, STYLES, Picture, picture
from workings.draw.diagrams import EDGES, LINE, RADIUS, disc, plane


def wires(listings: Mapping[str, Listing]) -> Picture:
    """Draw side by side which units the weights join in the backward lines of listings.

    The listings are of the article's network. Above, a partial is the delta of an output unit times a hidden
    output; below, the delta of a hidden unit gathers deltas through weights. Dashed is a wire that is not the
    weight's own, which it has in the forward pass.

    >>> from bplit.article import PASS
    >>> wires({"right": PASS}).alt
    'right: each weight joins the units that it joins in the forward pass.'
    """
    width, height = PHONE / len(listings), 168.0
    fig, ax = plane(PHONE, 2 * height + LINE)
    said = []
    for column, (title, listing) in enumerate(listings.items()):
        wrong = []
        left = width * column
        ax.text(left + width / 2, LINE / 2, title, ha="center", va="center", color=INK)
        for row, (kind, joins) in enumerate(claimed(listing).items()):
            top = LINE + height * row
            places = {
                f"{layer}{n}": (left + width / 2 + 48 * (2 * n - 3), top + y)
                for layer, y in (("h", RADIUS + 8), ("o", height - RADIUS - 16))
                for n in (1, 2)
            }
            for weight, ends in joins:
                style = STYLES[ends != EDGES[weight]]
                if ends != EDGES[weight]:
                    wrong.append(SAYS["wire"].format(kind=kind, weight=weight, start=ends[0], end=ends[1]))
                (x0, y0), (x1, y1) = places[ends[0]], places[ends[1]]
                ax.plot([x0, x1], [y0, y1], **style)
                where = (x0 + 0.34 * (x1 - x0), y0 + 0.34 * (y1 - y0))  # beside the crossing, not on it
                box = {"fc": GROUND, "ec": "none", "pad": 1.0}
                ax.text(*where, weight, ha="center", va="center", color=BACKWARD, bbox=box)
            for name, place in places.items():
                disc(ax, place, RADIUS, name)
            ax.text(left + width / 2, top + height - 6, kind, ha="center", va="center", color=INK)
        said.append(f"{title}: {'; '.join(wrong) or SAYS['uncrossed']}.")
    return picture(fig, " ".join(said))


def claimed(listing: Listing) -> dict[str, list[tuple[str, tuple[str, str]]]]:
    """Return by the kind of line each weight of the output layer with the two units that it joins there."""
    partials, deltas = [], []
    for line in listing.lines:
        for part in ast.walk(line.expression):
            match part:
                case ast.BinOp(left=ast.Name(id=delta), op=ast.Mult(), right=ast.Name(id=by)):
                    if line.name.startswith("diff_") and delta.startswith("o_delta_"):
                        partials.append((line.name.removeprefix("diff_"), (f"h{by[-1]}", f"o{delta[-1]}")))
                    elif line.name.startswith("h_delta_"):
                        deltas.append((by, (f"h{line.name[-1]}", f"o{delta[-1]}")))
    return {SAYS["in partials"]: partials, SAYS["in deltas"]: deltas}
