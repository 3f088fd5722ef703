"""Turnout at an election from a fetched table of all its Wahlbezirke; the formula is that of the built tables."""

from collections.abc import Mapping, Sequence
from typing import Any

from sozialraum.errors import SchemaError
from sozialraum.supply.fetch.content import counts, read_table
from sozialraum.supply.fetch.store import Kept
from sozialraum.supply.prepare.areas import stadtteil_id
from sozialraum.supply.prepare.base import Base
from sozialraum.supply.prepare.counts import spread_votes
from sozialraum.supply.prepare.levels import Values

URN = 0
"""Kind of a Wahlbezirk with a polling station; all others hold postal votes or cannot be placed."""
MORE_LETTERS_THAN_CARDS = (
    "Nicht berechenbar: In der Datei stehen mehr Wählende mit Wahlschein als ausgestellte Wahlscheine."
)


def election_values(kept: Sequence[Kept], base: Base, angaben: Mapping[str, Any]) -> dict[str, dict[str, Values]]:
    """Turnout per area by election day, under the id that ``angaben`` names."""
    return {str(angaben["indikator"]): {one.file.stand: _turnout(one, base) for one in kept}}


def _turnout(kept: Kept, base: Base) -> Values:
    table = read_table(kept.path, kept.file, "ergebnisse", base.city).rows.apply(counts)
    urn = table[table["art"] == URN]
    ids = (urn["nummer"] // 100).map(lambda number: stadtteil_id(int(number)))
    unknown = urn.loc[~ids.isin(base.stadtteile), "nummer"]
    if len(unknown):
        raise SchemaError(
            f"{kept.file.datei}: Wahlbezirk {number:.0f} gehört zu Stadtteil {number // 100:.0f}, den es nicht "
            f"gibt. {kept.remedy}"
            for number in unknown
        )
    used = urn.assign(vor_ort=urn["waehlende"] - urn["mit_schein"], wahlschein=urn["karten"])
    sums = used.groupby(ids)[["berechtigt", "wahlschein", "vor_ort"]].sum()
    by_card, cards = float(table["mit_schein"].sum()), float(sums["wahlschein"].sum())
    ratio = by_card / cards if cards else 0.0
    voters = round(float(sums["vor_ort"].sum()) + ratio * cards)
    values = spread_votes(sums, voters, ratio, base.adults, base.extend, city=base.register.city.id)
    if ratio > 1:
        values.zurueckgehalten = dict.fromkeys(base.stadtteile, MORE_LETTERS_THAN_CARDS)
        values.zaehlungen_verbergen = True
    return values
