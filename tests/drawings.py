"""What several tests ask of a drawing."""

from itertools import combinations

from sozialraum.style import SvgFigure


def misplaced(figure: SvgFigure) -> list[str]:
    """Labels that leave the drawing, touch another or cover a sign that must be seen."""
    outside = [
        box.text
        for box in figure.labels
        if box.left < -0.5 or box.top < -0.5 or box.right > figure.width + 0.5 or box.bottom > figure.height + 0.5
    ]
    touching = [
        f"{one.text} | {other.text}" for one, other in combinations(figure.labels, 2) if one.overlaps(other, gap=-0.5)
    ]
    hiding = [f"{box.text} | Zeichen" for box in figure.labels for mark in figure.marks if box.overlaps(mark)]
    others = [figure.narrow] if figure.narrow else []
    return outside + touching + hiding + [problem for other in others for problem in misplaced(other)]
