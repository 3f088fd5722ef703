"""The head of a page: title, place, question, age of the data, and a locator map."""

from html import escape

from sozialraum.errors import ParameterError
from sozialraum.figures.blocks import Statement, plain, refs_of
from sozialraum.figures.figure import Figure
from sozialraum.figures.marks import Marks, attribute
from sozialraum.figures.output import display


def head(
    *,
    title: str,
    subtitle: str | Statement = "",
    question: str = "",
    dates: str | Statement = "",
    picture: Figure | None = None,
) -> None:
    """Put the head of the page: the only place for its one main heading.

    Parameters
    ----------
    title
        Title with the name of the area; becomes the h1 and the title of the page.
    subtitle
        Level, number and Stadtbezirk.
    question
        What the page answers.
    dates
        How old the data are.
    picture
        Its drawing is shown small, without caption, for example the locator map.

    Raises
    ------
    ParameterError
        If the title is blank.
    """
    if not title.strip():
        raise ParameterError("Der Seite fehlt der Titel (title=...).")
    marks = Marks()
    lines: list[tuple[str, str | Statement]] = [("subtitle", subtitle), ("question", question), ("dates", dates)]
    words = "".join(
        f'<p class="sr-head-{name}"{attribute(marks.number(refs_of(line)))}>{escape(plain(line))}</p>'
        for name, line in lines
        if plain(line)
    )
    drawing = ""
    if picture is not None:
        drawing = f'<div class="sr-head-picture">{picture.svg()}</div>'
        marks.pictures(marks.number(picture.belege))
    html = f'<div class="sr-head"><div class="sr-head-words"><h1>{escape(title)}</h1>{words}</div>{drawing}</div>'
    display({"text/html": html, "text/plain": title}, raw=True, metadata=marks.metadata)
