"""What earlier editions of fetched files said: kept as values beside the files, never as whole files.

An edition of a date is new if its values differ from those before and the files are others (a revision), or if the
words say that something else is counted (another method). The same files counted anew replace what stood there.
"""

import hashlib
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pandas as pd

from sozialraum.errors import SchemaError
from sozialraum.files import write_text
from sozialraum.supply.fetch.store import Kept
from sozialraum.supply.prepare.write import INDICATOR_COLUMNS, csv_text

FILE: Final = "ausgaben.csv"
SERIES_COLUMNS: Final = (*INDICATOR_COLUMNS, "ausgabe", "methode")
"""Columns of ``reihen.csv``: number of the edition of a date from 0 on, and what stands for the method."""
_COLUMNS: Final = (*SERIES_COLUMNS, "abruf", "dateien")
_COMPARED: Final = ["zaehler", "nenner", "wert", "von", "bis", "hinweis"]


@dataclass(frozen=True, eq=False)
class Editions:
    """Every edition of the values of one source, as text; see :meth:`with_values`."""

    path: Path
    rows: pd.DataFrame

    @classmethod
    def read(cls, kept: Sequence[Kept]) -> "Editions":
        """Those that lie beside the files of a source; none of a source that was fetched for the first time."""
        path = kept[0].folder / FILE
        if not path.is_file():
            return cls(path, pd.DataFrame(columns=list(_COLUMNS), dtype="str"))
        try:
            table = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8")[list(_COLUMNS)]
        except (KeyError, ValueError) as error:
            raise SchemaError(
                [f"{path}: Die früheren Ausgaben sind nicht lesbar. Bitte aus einer Sicherung holen oder löschen."]
            ) from error
        return cls(path, table)

    def with_values(self, dated: Sequence[pd.DataFrame], methode: str, kept: Sequence[Kept]) -> "Editions":
        """The same with the values of an indicator, one table for each of its dates."""
        found = self
        for rows in dated:
            found = found._with_date(_text(rows), methode, kept)
        return found

    def series(self, indikator: str, latest: str) -> pd.DataFrame | None:
        """All editions of an indicator up to a date; None if there is only one."""
        rows = self.rows[(self.rows["indikator"] == indikator) & (self.rows["stand"] <= latest)]
        several = len(rows[["stand", "ausgabe"]].drop_duplicates()) > 1
        return rows[list(SERIES_COLUMNS)] if several else None

    def write(self) -> None:
        """Put them beside the files, if there is anything new."""
        text = csv_text(self.rows)
        if not self.path.is_file() or self.path.read_text("utf-8") != text:
            write_text(self.path, text)

    def _with_date(self, rows: pd.DataFrame, methode: str, kept: Sequence[Kept]) -> "Editions":
        same = (self.rows["indikator"] == rows["indikator"].iloc[0]) & (self.rows["stand"] == rows["stand"].iloc[0])
        before = self.rows[same]
        number = before["ausgabe"].astype("int64").max() if len(before) else -1
        last = before[before["ausgabe"] == str(number)]
        files = _files(kept, str(rows["stand"].iloc[0]))
        if len(last) and last["methode"].iloc[0] == methode:
            if _says(last).equals(_says(rows)):
                return self
            if last["dateien"].iloc[0] == files:
                number -= 1
        day = max(str(one.manifest["abruf"]) for one in kept)[:10]
        new = rows.assign(ausgabe=str(number + 1), methode=methode, abruf=day, dateien=files)[list(_COLUMNS)]
        earlier = self.rows[~(same & (self.rows["ausgabe"] == str(number + 1)))]
        table = pd.concat([earlier, new], ignore_index=True)
        order = ["indikator", "stand", "ausgabe"]
        return Editions(self.path, table.sort_values(order, kind="stable", ignore_index=True))


def method_of(entry: Mapping[str, Any]) -> str:
    """What stands for the way in which an indicator is counted: another definition or method is another one."""
    parts = [entry.get("definition"), entry.get("methode")]
    parts += [(entry.get(side) or {}).get("was") for side in ("zaehler", "nenner")]
    words = "\n".join(" ".join(str(part).split()) for part in parts)
    return hashlib.sha256(words.encode()).hexdigest()[:12]


def _text(rows: pd.DataFrame) -> pd.DataFrame:
    """Values as they are written."""
    return pd.read_csv(io.StringIO(csv_text(rows[list(INDICATOR_COLUMNS)])), dtype=str, keep_default_na=False)


def _says(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.set_index("gebiet_id")[_COMPARED].sort_index()


def _files(kept: Sequence[Kept], stand: str) -> str:
    """What stands for the files that a date rests on: those of this date, or all."""
    of_date = [one for one in kept if one.file.stand == stand] or list(kept)
    return hashlib.sha256("".join(str(one.manifest["sha256"]) for one in of_date).encode()).hexdigest()[:12]
