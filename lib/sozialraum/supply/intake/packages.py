"""Own tables as they are kept: values and a manifest in a folder of their own, written whole or not at all.

They lie in ``eigene`` beside the built tables (ignored by git). A package holds one indicator at one date; a later
package of the same indicator and date is a new issue (``ausgabe``) and stands in front of the earlier one. What is
removed moves to ``eigene/.entfernt``: no value is read from there, but whoever audits secrecy must know what was out.
"""

import hashlib
import io
import os
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field, fields, replace
from datetime import date
from pathlib import Path
from typing import Any, Final

import pandas as pd
import yaml

from sozialraum.city.sources import Licence, Source
from sozialraum.errors import ParameterError, SchemaError, TableError, system_reason
from sozialraum.files import load_yaml
from sozialraum.supply.intake.dates import german_stand, last_day
from sozialraum.supply.intake.description import NONE, Geheimhaltung, Weitergabe

FOLDER: Final = "eigene"
REMOVED: Final = ".entfernt"
_HELD: Final = "[!.]*"
VALUES, MANIFEST = "werte.csv", "paket.yml"
FORMAT: Final = 2
READABLE: Final = (1, FORMAT)
"""Format 1 does not say when and with which description a table was brought, nor whether it is a revision."""
COLUMNS: Final = ("gebiet_id", "zaehler", "nenner", "wert", "art", "hinweis")
_NUMBERS: Final = ("zaehler", "nenner", "wert")
_REQUIRED: Final = (
    "format", "stadt", "stand", "ausgabe", "weitergabe", "geheimhaltung", "quelle", "eintrag", "werte_sha256",
)  # fmt: skip
_NOT_COMPARED: Final = ("format", "ausgabe", "eingelesen", "beschreibung", "herkunft", "werte_sha256")
"""Keys of the manifest that say how a table came here, not what it says."""
_NOT_WRITTEN: Final = ("werte", "entfernt")


@dataclass(frozen=True)
class Paket:
    """One indicator at one date, with everything that must be known about it."""

    stadt: str
    stand: str
    eintrag: Mapping[str, Any]  # entry of the catalogue, id included, as in indikatoren.yml
    werte: pd.DataFrame  # one row per area, columns COLUMNS; shares in percent; missing stays missing, hinweis says why
    quelle: Mapping[str, Any]  # keys of a source, see Source; lizenz is an id or words
    geheimhaltung: Geheimhaltung
    weitergabe: str  # who may see the values; an id of Weitergabe
    ausgabe: int = 0  # number of the issue: a higher one was brought later
    methode: str = ""  # name of the method of counting; another name means that values cannot be compared
    herkunft: Mapping[str, str] = field(default_factory=dict)  # name and checksum of the file that was brought
    eingelesen: str = ""  # day on which it was brought (ISO), "" if not known
    beschreibung: str = ""  # file name of the description with which it was read, "" if there was none
    begruendung: tuple[str, ...] = ()  # reasons of a person for what was taken although something spoke against it
    revision: bool = False  # whether the office calls this issue a revision of the one before; otherwise it corrects it
    entfernt: bool = False  # whether it was removed; see remove_packages

    @property
    def indikator(self) -> str:
        """Id of the indicator."""
        return str(self.eintrag["id"])

    @property
    def quelle_id(self) -> str:
        """Id of the source, the same for every package of an indicator and date."""
        return f"{FOLDER}_{self.name.rpartition('_')[0]}"

    @property
    def name(self) -> str:
        """Name of its folder."""
        return f"{self.indikator}_{self.stand.replace('/', '-')}_{self.ausgabe:03d}"

    def source(self, licences: Mapping[str, Licence]) -> Source:
        """The source for citations and licence notices."""
        words = str(self.quelle["lizenz"])
        said = {**dict.fromkeys(("abruf", "datei", "sha256")), "stand": self.stand, **self.quelle}
        licence = licences.get(words, Licence(words, words, None))
        return Source(**{"id": self.quelle_id, **said, "lizenz": licence})


@dataclass(frozen=True)
class Written:
    """What became of a package that was to be written."""

    folder: Path  # folder, paket: the package as it is kept now, with its number of issue
    paket: Paket
    new: bool  # false if the same was there already; nothing was written then
    before: Paket | None  # the issue that held for this date until now; None if it is the first

    @property
    def changed(self) -> pd.DataFrame:
        """Numbers that differ from the issue before: columns gebiet_id, spalte, vorher, jetzt; empty without one."""
        tables = [_parsed(content_of(one)) for one in (self.before or self.paket, self.paket)]
        old, now = (table.melt("gebiet_id", _NUMBERS, var_name="spalte", value_name="zahl") for table in tables)
        both = now.merge(old, how="outer", on=["gebiet_id", "spalte"], suffixes=("_jetzt", "_vorher"))
        both = both.rename(columns={"zahl_jetzt": "jetzt", "zahl_vorher": "vorher"})
        other = (both["jetzt"] != both["vorher"]) & both[["jetzt", "vorher"]].notna().any(axis=1)
        return both.loc[other, ["gebiet_id", "spalte", "vorher", "jetzt"]]

    @property
    def told_otherwise(self) -> list[str]:
        """Keys of the manifest that differ from the issue before."""
        old, now = _told(self.before or self.paket), _told(self.paket)
        return [key for key in now if now[key] != old.get(key)]


@dataclass(frozen=True)
class Kept:
    """A package's folder and what is in it; ``paket`` is None and ``damage`` a sentence if it cannot be read."""

    folder: Path
    paket: Paket | None
    damage: str = ""


def own_dir(folder: Path) -> Path:
    """Folder of the own tables that belong to a folder of built tables: within it, otherwise beside it."""
    own = folder / FOLDER
    return own if own.is_dir() else folder.parent / FOLDER


def package_files(folder: Path) -> list[Path]:
    """Every file of every package that holds, in order; neither what is being written nor what was removed."""
    own = own_dir(folder)
    return [path for name in (MANIFEST, VALUES) for path in sorted(own.glob(f"{_HELD}/{name}"))]


def kept_packages(folder: Path, *, stadt: str, weitergabe: str = Weitergabe.INTERN) -> list[Kept]:
    """Packages of a city that an audience may know of, damaged ones too, by indicator, date and issue."""
    found = _kept(own_dir(folder).glob(f"{_HELD}/{MANIFEST}"), stadt, weitergabe)
    return [one for one in found if one.paket or visible(one.folder / MANIFEST, weitergabe)]


def read_packages(
    folder: Path, *, stadt: str, weitergabe: str = Weitergabe.INTERN, removed: bool = False
) -> list[Paket]:
    """Packages of a city that an audience may see, by indicator, date and issue."""
    held = _kept(own_dir(folder).glob(f"{_HELD}/{MANIFEST}"), stadt, weitergabe)
    problems = [one.damage for one in held if one.damage]
    if problems:
        raise SchemaError(problems)
    gone = _kept((own_dir(folder) / REMOVED).glob(f"*/{MANIFEST}"), stadt, weitergabe) if removed else []
    return sorted((one.paket for one in (*held, *gone) if one.paket), key=_order)


def visible(path: Path, weitergabe: str) -> bool:
    """Whether an audience may know of a package's file; one that does not say for whom it is, is internal."""
    try:
        raw = load_yaml(path.with_name(MANIFEST).read_text(encoding="utf-8"))
    except (yaml.YAMLError, OSError, ValueError):
        raw = None
    meant = Weitergabe.known(str(raw.get("weitergabe", ""))) if isinstance(raw, dict) else None
    return Weitergabe.parse(weitergabe).may_see(meant or Weitergabe.INTERN)


def write_packages(folder: Path, packages: Sequence[Paket], *, today: date | None = None) -> list[Written]:
    """Write packages, each as a new issue unless the latest issue of its date says the same: all or none."""
    own = own_dir(folder)
    done: list[Written] = []
    known = [one for stadt in {p.stadt for p in packages} for one in read_packages(folder, stadt=stadt, removed=True)]
    day = today.isoformat() if today else ""
    for paket in packages:
        done.append(_issue(own, replace(paket, eingelesen=paket.eingelesen or day), known))
        known.append(done[-1].paket)
    with _all_or_none(own, "beschreiben", "geändert") as undo:
        drafts = [(one, own / f".{one.paket.name}.{os.getpid()}.tmp") for one in done if one.new]
        for one, draft in drafts:
            undo.callback(shutil.rmtree, draft, ignore_errors=True)
            shutil.rmtree(draft, ignore_errors=True)
            draft.mkdir(parents=True)
            (draft / VALUES).write_bytes(content_of(one.paket))
            text = yaml.safe_dump(_manifest(one.paket), allow_unicode=True, sort_keys=False, width=120)
            (draft / MANIFEST).write_text(text, encoding="utf-8")
        for one, draft in drafts:
            draft.rename(one.folder)
            undo.callback(shutil.rmtree, one.folder, ignore_errors=True)
    return done


def remove_packages(folder: Path, names: Iterable[str]) -> Path:
    """Move packages, named by their folders, to where no value is read from: all or none. Returns that place."""
    own = own_dir(folder)
    with _all_or_none(own, "ändern", "entfernt") as undo:
        (own / REMOVED).mkdir(parents=True, exist_ok=True)
        for name in names:
            names_free = (name, *(f"{name}-{number}" for number in range(2, 1000)))
            target = next(own / REMOVED / one for one in names_free if not (own / REMOVED / one).exists())
            undo.callback(_move, target, own / name)
            (own / name).rename(target)
    return own / REMOVED


@contextmanager
def _all_or_none(own: Path, what: str, done: str) -> Iterator[ExitStack]:
    """Calls back, last one first, what was pushed if anything fails."""
    with ExitStack() as undo:
        try:
            yield undo
        except OSError as error:
            raise TableError(
                f"{own}: lässt sich nicht {what} ({system_reason(error)}). Es ist nichts {done}."
            ) from error
        undo.pop_all()


def _move(source: Path, target: Path) -> None:
    with suppress(OSError):
        source.rename(target)


def one_date(first: Paket, second: Paket) -> bool:
    """Whether two packages are issues of the same indicator and date: "2023" and "2023-12-31" are one date."""
    return first.indikator == second.indikator and last_day(first.stand) == last_day(second.stand)


def _issue(own: Path, paket: Paket, known: Sequence[Paket]) -> Written:
    """What becomes of a package beside those that are known, removed ones among them: their numbers are used up."""
    issues = [one for one in known if one_date(one, paket)]
    before = max((one for one in issues if not one.entfernt), key=lambda one: one.ausgabe, default=None)
    if before is not None and _told(before) == _told(paket) and content_of(before) == content_of(paket):
        return Written(own / before.name, before, new=False, before=before)
    number = max((one.ausgabe for one in issues), default=0) + 1
    while any((place / replace(paket, ausgabe=number).name).exists() for place in (own, own / REMOVED)):
        number += 1
    numbered = replace(paket, ausgabe=number)
    return Written(own / numbered.name, numbered, new=True, before=before)


def content_of(paket: Paket) -> bytes:
    """The table of a package as it is written."""
    return paket.werte[list(COLUMNS)].to_csv(index=False, lineterminator="\n", float_format="%.10g").encode("utf-8")


def _parsed(content: bytes) -> pd.DataFrame:
    table = pd.read_csv(io.BytesIO(content), dtype=str, keep_default_na=False, na_values=[""])
    return table.astype(dict.fromkeys(_NUMBERS, "float64"))


def _manifest(paket: Paket) -> dict[str, Any]:
    plain = {name: value for name, value in vars(paket).items() if name not in _NOT_WRITTEN}
    plain |= {key: dict(value) for key, value in plain.items() if isinstance(value, Mapping)}
    plain |= {"geheimhaltung": vars(paket.geheimhaltung), "begruendung": list(paket.begruendung)}
    return {"format": FORMAT, **plain, "werte_sha256": hashlib.sha256(content_of(paket)).hexdigest()}


def _told(paket: Paket) -> dict[str, Any]:
    """What a package says of its values, whatever the file was called."""
    told = {key: value for key, value in _manifest(paket).items() if key not in _NOT_COMPARED}
    return {**told, "quelle": {key: value for key, value in told["quelle"].items() if key != "datei"}}


class _Damaged(ValueError):
    """A package that is not as it was written; the message is a German clause."""


def _kept(manifests: Iterable[Path], stadt: str, weitergabe: str) -> list[Kept]:
    """Packages that an audience may see, and every damaged one."""
    found = []
    for path in manifests:
        folder, damage, paket = path.parent, "", None
        try:
            paket = _read(path, stadt, weitergabe)
        except (ParameterError, yaml.YAMLError, OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            why = f" ({error})" if isinstance(error, (_Damaged, ParameterError)) else ""
            damage = (
                f"{folder}: Die eigene Tabelle ist beschädigt{why}. Bitte aus einer Sicherung wiederherstellen; wenn "
                f"es keine gibt, mit „sozialraum data remove {folder.name}“ entfernen und neu einlesen."
            )
        found += [Kept(folder, paket, damage)] if paket or damage else []
    return sorted(found, key=lambda one: _order(one.paket) if one.paket else (one.folder.name, "", 0))


def _order(paket: Paket) -> tuple[str, str, int]:
    return paket.indikator, last_day(paket.stand), paket.ausgabe


def _read(path: Path, stadt: str, weitergabe: str) -> Paket | None:
    raw = load_yaml(path.read_text(encoding="utf-8"))
    lost = [key for key in _REQUIRED if key not in raw]
    if lost or raw["format"] not in READABLE:
        raise _Damaged(f"es fehlt {', '.join(lost)}" if lost else f"unbekanntes Format {raw['format']}")
    if raw["geheimhaltung"]["verfahren"] == NONE:
        raise _Damaged("sie hat kein Geheimhaltungsverfahren")
    if raw["stadt"] != stadt or not Weitergabe.parse(weitergabe).may_see(Weitergabe.parse(raw["weitergabe"])):
        return None
    last_day(str(raw["stand"]))  # a date that is none is damage too
    removed = path.parent.parent.name == REMOVED
    values = path.with_name(VALUES)
    content = values.read_bytes()
    if hashlib.sha256(content).hexdigest() != raw["werte_sha256"]:
        raise _Damaged(f"{VALUES} wurde verändert")
    known = {item.name: raw[item.name] for item in fields(Paket) if raw.get(item.name)}
    changed: dict[str, Any] = {
        "eintrag": {**raw["eintrag"], "id": str(raw["eintrag"]["id"])},
        "geheimhaltung": Geheimhaltung(**raw["geheimhaltung"]),
        "ausgabe": int(raw["ausgabe"]),
        "begruendung": tuple(map(str, raw.get("begruendung") or ())),
        **{key: str(raw.get(key) or "") for key in ("stand", "methode", "eingelesen", "beschreibung")},
    }
    return Paket(**{**known, **changed, "werte": _parsed(content), "entfernt": removed})


def current(packages: Iterable[Paket]) -> dict[str, Paket]:
    """The package of each indicator that holds: its latest date in its latest issue."""
    return {paket.indikator: paket for paket in sorted(packages, key=_order)}


COMPUTED: Final = "berechnet"
SHARES: Final = ("anteil", "rate")
WITHOUT: Final = "Anzahl ohne Nenner"
NO_DENOMINATOR: Final = f"{WITHOUT}: Einwohner zum selben Stichtag einlesen."
_NO_RULE: Final = f"{WITHOUT}: Bitte eine Tabelle mit dem Nenner liefern lassen."
_NOT_HERE: Final = f"{WITHOUT}: Die eingelesene Tabelle des Nenners hat hier keinen Wert."
_TOO_MANY: Final = "Die Anzahl ist größer als der eingelesene Nenner zum selben Stichtag."


def counts_only(paket: Paket) -> bool:
    """Whether a package of a share or rate holds counts and neither denominators nor values."""
    werte, typ = paket.werte, paket.eintrag.get("typ")
    without = werte["nenner"].isna().all() and werte["wert"].isna().all()
    return bool(typ in SHARES and without and werte["zaehler"].notna().any())


def with_denominators(packages: Sequence[Paket], katalog: Mapping[str, Mapping[str, Any]]) -> list[Paket]:
    """The packages; those of counts only with the denominators of own tables of the same date, if there are any."""
    return [_completed(paket, packages, katalog) if counts_only(paket) else paket for paket in packages]


def denominators_of(
    paket: Paket, packages: Sequence[Paket], katalog: Mapping[str, Mapping[str, Any]], *, by_words: bool = False
) -> tuple[list[Paket], str, str]:
    """Own tables of the same date that count the denominator of a share, and the indicator and column to look for."""
    rule = paket.eintrag.get("nenner_aus") or katalog.get(paket.indikator, {}).get("nenner_aus") or ""
    if by_words and not rule and (words := _words(paket.eintrag)):
        alike = (entry.get("nenner_aus") for entry in katalog.values() if _words(entry) == words)
        rule = next(filter(None, alike), "")
    key, _, column = str(rule).partition(":")
    own = [one for one in packages if one.indikator == key and same_day(one.stand, paket.stand)]
    return (own if paket.eintrag.get("typ") in SHARES else []), key, column


def _words(entry: Mapping[str, Any]) -> tuple[str, str] | None:
    whole = entry.get("nenner") or {}
    return (whole["was"], whole["einheit"]) if whole.get("was") else None


def _completed(paket: Paket, packages: Sequence[Paket], katalog: Mapping[str, Mapping[str, Any]]) -> Paket:
    own, key, column = denominators_of(paket, packages, katalog)
    if not own:
        hints = _hints(paket.werte, NO_DENOMINATOR if key else _NO_RULE)
        words = katalog.get(key, {}).get("zaehler") or {**paket.eintrag["zaehler"], "was": "Grundgesamtheit"}
        counted = {"nenner": {**words, "stand": paket.stand}, **paket.eintrag}
        return replace(paket, werte=paket.werte.assign(hinweis=hints), eintrag=counted)
    people = max(own, key=lambda one: one.ausgabe)
    werte = _shares(paket, people.werte.set_index("gebiet_id")[column or "wert"])
    return replace(paket, werte=werte, eintrag=_with_words(paket, people))


def same_day(first: str, second: str) -> bool:
    """Whether two as-of dates mean the same day: a month means its last one, a year only itself."""
    return first == second or ("-" in first and "-" in second and last_day(first) == last_day(second))


def _shares(paket: Paket, people: pd.Series) -> pd.DataFrame:
    werte = paket.werte.copy()
    nenner = people.reindex(werte["gebiet_id"]).to_numpy()
    more = (werte["zaehler"] > nenner) & (paket.eintrag["typ"] == "anteil")
    werte["nenner"] = pd.Series(nenner, index=werte.index).where(lambda counts: (counts > 0) & ~more)
    werte["wert"] = werte["zaehler"] / werte["nenner"] * float(paket.eintrag.get("faktor", 100.0))
    werte["art"] = COMPUTED
    werte["hinweis"] = _hints(werte, _NOT_HERE).mask(more, _TOO_MANY)
    return werte


def _hints(werte: pd.DataFrame, reason: str) -> pd.Series:
    """The hints of a table: a reason where there is a count without a value, none where there is a value."""
    open_, done = werte["zaehler"].notna() & werte["wert"].isna(), werte["wert"].notna()
    return werte["hinweis"].astype(object).mask(open_, reason).mask(done, None)


def _with_words(paket: Paket, people: Paket) -> dict[str, Any]:
    """The entry with the denominator's words, source and part in the method."""
    counted = paket.eintrag.get("nenner") or people.eintrag["zaehler"]
    by = people.quelle.get("kurz") or people.quelle["quellenvermerk"]
    method = f"Nenner: eingelesene Zahl „{counted['was']}“, Stand {german_stand(people.stand)} ({by})."
    return {
        **paket.eintrag,
        "art": COMPUTED,
        "nenner": {**counted, "stand": paket.stand},
        "quellen": [*paket.eintrag["quellen"], people.quelle_id],
        "methode": f"{paket.eintrag.get('methode', '')} {method}".strip(),
    }
