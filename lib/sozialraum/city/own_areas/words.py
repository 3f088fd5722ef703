"""The German sentences on a Quartier: who drew it, what lies in it, and how its values come about."""

from collections.abc import Sequence

from sozialraum.city.gebiete import Register
from sozialraum.city.own_areas.definitions import Definition
from sozialraum.city.own_areas.pieces import Pieces
from sozialraum.city.sources import german_day


def description(one: Definition, pieces: Pieces, register: Register) -> str:
    """Sentences for reports and lists, in this order: extent, origin, note, method."""
    origin = [f"Abgrenzung: {one.quelle}", *([one.urheber] if one.urheber else []), f"Stand {german_day(one.stand)}"]
    this = f"{one.planung.artikel.capitalize()} {one.planung.einzahl}" if one.planung else "Das Quartier"
    parts = (_extent(this, pieces, register), f"{', '.join(origin)}.", one.hinweis, _method(pieces))
    return " ".join(filter(None, parts))


def _extent(this: str, pieces: Pieces, register: Register) -> str:
    ganze, cut = (_listed([register.by_id(key).name for key in keys]) for keys in (pieces.ganze, pieces.angeschnittene))
    if not pieces.angeschnittene:
        noun = "dem Stadtteil" if len(pieces.ganze) == 1 else "den Stadtteilen"
        text = f"{this} besteht aus {noun} {ganze}."
    elif pieces.ganze:
        text = f"{this} umfasst {ganze} ganz und {cut} zum Teil."
    else:
        text = f"{this} umfasst einen Teil von {cut}."
    if pieces.outside:
        percent = f"{max(pieces.outside * 100, 0.1):.1f}".replace(".", ",")
        text += f" {percent} % des Umrisses liegen außerhalb von {register.city.name} und zählen nicht mit."
    return text


def _method(pieces: Pieces) -> str:
    if not pieces.angeschnittene:
        return "Anzahlen sind die Summen der Stadtteile, Anteile sind daraus neu berechnet."
    return (
        "Der Umriss schneidet Stadtteile an: Einwohner, Altersgruppen und Wege sind deshalb über das "
        "Bevölkerungsraster geschätzt, mit größerer Spanne als bei ganzen Stadtteilen; Einrichtungen sind nach ihrer "
        "Lage gezählt. Was sich nicht aufteilen lässt, liegt hier nicht vor."
    )


def _listed(names: Sequence[str]) -> str:
    return " und ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else list(names))
