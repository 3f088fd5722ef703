"""The Vorlage: a strict schema, escaped words, and a release that holds for its data only."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pytest
import yaml
from PIL import Image

from sozialraum.city.gebiete import Register
from sozialraum.city.load import open_data
from sozialraum.errors import SchemaError, SourceMissing
from sozialraum.publish.page import export
from sozialraum.publish.vorlage import Vorlage, read_vorlage, remark, stamp
from sozialraum.style.grammar import DRAFT

ROOT = Path(__file__).resolve().parent.parent
MARK = "Prüfkennung 0123456789ab"
WHOLE: dict[str, Any] = {
    "berichte": ["01"],
    "vorlagen_nr": "0000/2099/1",
    "herausgeber": "Amt",
    "ansprechperson": "N. N.",
    "beschlussvorschlag": "1. Der Ausschuss nimmt Kenntnis.\n2. <b>Zweitens</b>\n\nEnde.",
    "logo": {"datei": "logo.png", "beschreibung": "Logo & Schrift"},
    "einschaetzungen": [
        {"fuer": "alle", "verfasst_von": "A. A.", "datum": "2099-01-02", "text": "Für alle."},
        {"fuer": ["02"], "verfasst_von": "B. B.", "datum": "2099-01-03", "text": "Nur für den Hof."},
    ],
    "freigabe": {"durch": "C. C.", "am": "2099-03-04", "datenstand": "0123456789ab"},
}


@pytest.fixture
def register(kleinstadt: Path) -> Register:
    return open_data(kleinstadt).register


@pytest.fixture
def read(tmp_path: Path, register: Register) -> Callable[..., Vorlage]:
    """Write and read a Vorlage: ``read(changed_key=value)``; ``...`` leaves a key out."""
    Image.new("RGB", (40, 20), "red").save(tmp_path / "logo.png")

    def reader(**changes: Any) -> Vorlage:
        content = {key: value for key, value in (WHOLE | changes).items() if value is not ...}
        path = tmp_path / "vorlage.yml"
        path.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
        return read_vorlage(path, register)

    return reader


def problems(read: Callable[..., Vorlage], **changes: Any) -> list[str]:
    with pytest.raises(SchemaError) as caught:
        read(**changes)
    return caught.value.problems


def page(vorlage: Vorlage | None, mark: str = MARK) -> str:
    nb = nbformat.v4.new_notebook()  # type: ignore[no-untyped-call]
    for source in ("# Bericht", "## Auf einen Blick\n\nText.", "## Werte\n\nText."):
        nb.cells.append(nbformat.v4.new_markdown_cell(source))  # type: ignore[no-untyped-call]
    return export(nb, name="probe", mark=mark, annex=vorlage).html


# --- reading -----------------------------------------------------------------------------------------------------


def test_a_whole_vorlage_is_read(read: Callable[..., Vorlage]) -> None:
    vorlage = read()
    assert vorlage.gebiete == ("01",)
    assert [one.gebiete for one in vorlage.einschaetzungen] == [(), ("02",)]
    assert vorlage.logo is not None
    assert vorlage.logo.address.startswith("data:image/png;base64,iVBOR")
    assert vorlage.freigabe is not None
    assert vorlage.freigabe.am.isoformat() == "2099-03-04"


def test_everything_but_the_reports_may_be_left_out(read: Callable[..., Vorlage]) -> None:
    assert read(**(dict.fromkeys(WHOLE, ...) | {"berichte": "alle"})) == Vorlage()


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"beschluss": "x"}, "beschluss: Der Schlüssel ist unbekannt. Erlaubt sind: berichte, vorlagen_nr"),
        ({"berichte": ...}, "berichte: Erwartet wird „alle“ oder eine Liste"),
        ({"berichte": ["Nirgendwo"]}, "berichte: "),
        ({"vorlagen_nr": 17}, "vorlagen_nr: Hier muss ein Text stehen; Zahlen bitte in Anführungszeichen"),
        ({"herausgeber": None}, "herausgeber: Hier fehlt der Text"),
        ({"herausgeber": "‹Amt eintragen›"}, "herausgeber: Der Platzhalter ‹Amt eintragen› ist nicht ausgefüllt"),
        ({"herausgeber": "x" * 161}, "herausgeber: Der Text hat 161 Zeichen; erlaubt sind 160"),
        ({"logo": {"datei": "../logo.png", "beschreibung": "Logo"}}, "logo.datei: Nur der Dateiname"),
        ({"logo": {"datei": "fehlt.png", "beschreibung": "Logo"}}, "logo.datei: Das Logo ist nicht brauchbar"),
        ({"logo": {"datei": "logo.png"}}, "logo.beschreibung: Hier fehlt der Text"),
        ({"einschaetzungen": "gut"}, "einschaetzungen: Erwartet wird eine Liste"),
        ({"einschaetzungen": [{}]}, "einschaetzungen[1].verfasst_von: Hier fehlt der Text"),
        ({"freigabe": {"durch": "C", "am": "bald", "datenstand": "0123456789ab"}}, "freigabe.am: Erwartet wird ein Da"),
        ({"freigabe": {"durch": "C", "am": "2099-03-04", "datenstand": 123456789012}}, "freigabe.datenstand: Erwartet"),
        ({"freigabe": "ja"}, "freigabe: Erwartet werden Schlüssel mit Werten"),
    ],
)  # fmt: skip
def test_a_problem_names_key_and_remedy(read: Callable[..., Vorlage], changes: dict[str, Any], message: str) -> None:
    found = problems(read, **changes)
    assert any(message in problem and problem.startswith("vorlage.yml, ") for problem in found), found


def test_all_problems_come_at_once(read: Callable[..., Vorlage]) -> None:
    assert len(problems(read, vorlagen_nr=1, herausgeber=2, logo={}, freigabe={})) == 7


def test_a_drawing_with_scripts_is_no_logo(read: Callable[..., Vorlage], tmp_path: Path) -> None:
    (tmp_path / "logo.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", encoding="utf-8")
    found = problems(read, logo={"datei": "logo.svg", "beschreibung": "Logo"})
    assert len(found) == 1
    assert "logo.datei: Das Logo ist nicht brauchbar: logo.svg ist kein lesbares PNG oder JPEG" in found[0]


def test_a_missing_file_is_said_plainly(register: Register, tmp_path: Path) -> None:
    with pytest.raises(SourceMissing, match="fehlt"):
        read_vorlage(tmp_path / "keine.yml", register)


def test_the_documented_example_is_valid_but_for_its_placeholders() -> None:
    """Nothing in it could be printed by mistake."""
    example = ROOT / "docs" / "vorlage.beispiel.yml"
    with pytest.raises(SchemaError) as caught:
        read_vorlage(example, open_data().register)
    rest = [problem for problem in caught.value.problems if "Der Platzhalter ‹" not in problem]
    assert len(caught.value.problems) >= 10
    assert [re.sub(r".*?, (\S+):.*", r"\1", problem) for problem in rest] == [
        "logo.datei", "einschaetzungen[1].datum", "freigabe.datenstand", "freigabe.am",
    ]  # fmt: skip


# --- on the page -------------------------------------------------------------------------------------------------


def test_the_words_of_the_vorlage_are_escaped_and_stand_apart(read: Callable[..., Vorlage]) -> None:
    html = page(read().for_area("01"))
    assert html.count("<h1") == 1
    assert html.index('id="auf-einen-blick"') < html.index('id="zur-vorlage"') < html.index('id="werte"')
    assert '<li><a href="#zur-vorlage">Zur Vorlage</a></li>' in html
    assert "Dieses Kapitel stammt aus der Vorlage, nicht aus den Daten." in html
    assert "<p>1. Der Ausschuss nimmt Kenntnis.<br>2. &lt;b&gt;Zweitens&lt;/b&gt;</p><p>Ende.</p>" in html
    assert 'alt="Logo &amp; Schrift"' in html
    assert "A. A., 2. Januar 2099" in html
    assert "<dt>Anlage zur Vorlage</dt><dd>0000/2099/1</dd>" in html


def test_an_assessment_stands_only_where_it_belongs(read: Callable[..., Vorlage]) -> None:
    vorlage = read(berichte="alle")
    assert "Nur für den Hof." not in page(vorlage.for_area("01"))
    assert "Nur für den Hof." in page(vorlage.for_area("02"))


def test_a_report_that_the_vorlage_does_not_name_stays_without_it(read: Callable[..., Vorlage]) -> None:
    assert read().for_area("02") is None
    assert "vorlage" not in page(None).split("<body>")[1].lower()


# --- release -----------------------------------------------------------------------------------------------------


def test_without_a_vorlage_every_sheet_says_draft() -> None:
    html = page(None)
    assert html.count(DRAFT) == 2  # at the top, and in the running foot of each sheet


def test_a_release_holds_for_its_data(read: Callable[..., Vorlage]) -> None:
    html = page(read().for_area("01"))
    assert "Entwurf" not in html
    assert html.count("Freigegeben durch C. C. am 4. März 2099") == 2


@pytest.mark.parametrize("mark", ["Prüfkennung ba9876543210", "Prüfkennung", "", "0123456789ab"])
def test_other_data_void_it(read: Callable[..., Vorlage], mark: str) -> None:
    vorlage = read()
    assert stamp(vorlage, mark) == DRAFT
    html = page(vorlage.for_area("01"), mark)
    assert html.count(DRAFT) == 2
    assert "Freigegeben" not in html


def test_several_marks_may_be_released(read: Callable[..., Vorlage]) -> None:
    vorlage = read(freigabe=WHOLE["freigabe"] | {"datenstand": ["aaaaaaaaaaaa", "0123456789ab"]})
    assert vorlage.released(MARK)


def test_the_command_says_why_and_what_to_do(read: Callable[..., Vorlage]) -> None:
    vorlage = read()
    assert remark(vorlage, [MARK, MARK]) == "Die Freigabe gilt: Die Prüfkennung stimmt überein."
    voided = remark(vorlage, [MARK, "Prüfkennung ba9876543210"])
    assert "Freigegeben ist die Prüfkennung 0123456789ab; die Daten haben sich seitdem geändert." in voided
    assert 'eintragen: "ba9876543210".' in voided
    assert "Die Vorlage enthält keine Freigabe." in remark(read(freigabe=...), [MARK])
