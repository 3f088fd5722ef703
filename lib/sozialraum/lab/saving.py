"""What is seen becomes a file beside the notebook: picture, table or layer for a GIS."""

from collections.abc import Callable
from html import escape
from pathlib import Path
from typing import Any, Final

import ipywidgets as widgets

from sozialraum.city.gebiete import slugify
from sozialraum.lab.controls import BUTTON, FIELD, LABEL
from sozialraum.lab.messages import Messages
from sozialraum.lab.state import State
from sozialraum.publish import export

FOLDER: Final = "ausgabe"
MAP: Final = "karte"


class Saving:
    """A choice of formats, a button, and a link to the file."""

    def __init__(self, state: State, messages: Messages, folder: Path) -> None:
        self.state, self.folder = state, folder
        self.format = widgets.Dropdown(options=list(FORMATS), description="Format", style=LABEL, layout=FIELD)
        self.button = widgets.Button(description="Speichern", icon="save", layout=BUTTON)
        self.link = widgets.Output()
        self.widget = widgets.VBox([self.format, self.button, self.link])
        self.button.on_click(messages.act(self._save))

    def _save(self, _: Any) -> None:
        self.link.outputs = ()
        self.link.outputs = link_to(save(self.state, self.format.value, self.folder), self.folder, "Gespeichert")


def save(state: State, kind: str, folder: Path) -> Path:
    """Write what is seen in one of :data:`FORMATS` and return the file."""
    stem, ending, write = FORMATS[kind]
    what = f"{stem}-{slugify(state.entry.titel)}" if stem == MAP else stem
    date = f"-stand-{slugify(state.older)}" if state.older else ""
    target = folder / f"{what}{date}_{state.area.slug}.{ending}"
    write(state, target)
    return target


def link_to(path: Path, folder: Path, words: str) -> tuple[dict[str, Any], ...]:
    """A link that JupyterLab opens, relative to the notebook, as content of an output widget."""
    name = f"{folder.name}/{path.name}"
    html = f'<p class="sr-wb-note" role="status">{words}: <a href="{escape(name)}">{escape(name)}</a></p>'
    data = {"text/html": html, "text/plain": f"{words}: {name}"}
    return ({"output_type": "display_data", "data": data, "metadata": {}},)


def _areas(state: State, *more: str, first: tuple[str, ...] = ()) -> list[str]:
    """Ids of the chosen area and those beside it, between others; each once."""
    return list(dict.fromkeys([*first, state.gebiet, *(area.id for area in state.others.values()), *more]))


def _write_picture(state: State, target: Path) -> None:
    from sozialraum.lab import sheet  # matplotlib is imported when a picture is saved, not before

    sheet.write(state, target)


def _write_csv(state: State, target: Path) -> None:
    export.write_csv(state.shown, target, gebiete=_areas(state, state.data.register.city.id))


def _write_xlsx(state: State, target: Path) -> None:
    export.write_xlsx(state.shown, target, gebiete=_areas(state, state.data.register.city.id))


def _write_geopackage(state: State, target: Path) -> None:
    areas = _areas(state, first=tuple(state.shown.stadtteile))
    export.write_geopackage(state.shown, target, indikatoren=[state.indikator], gebiete=areas)


FORMATS: Final[dict[str, tuple[str, str, Callable[[State, Path], None]]]] = {
    "Karte als Bild (PNG)": (MAP, "png", _write_picture),
    "Karte als Zeichnung (SVG)": (MAP, "svg", _write_picture),
    "Werte als Tabelle (CSV)": ("werte", "csv", _write_csv),
    "Werte für Excel (XLSX)": ("werte", "xlsx", _write_xlsx),
    "Karte für ein GIS (GeoPackage)": (MAP, "gpkg", _write_geopackage),
}
"""Label -> first word of the file name, its ending, and who writes it."""
