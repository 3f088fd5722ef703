"""`render --einzeln`: one page to hand on, written where --out says, and nothing else."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from sozialraum.city.load import open_data
from sozialraum.cli.main import main
from sozialraum.errors import ParameterError
from sozialraum.publish.plan import plan, read_batch, standing_alone

ROOT = Path(__file__).resolve().parent.parent


def render(*arguments: str) -> int:
    with pytest.raises(SystemExit) as caught:
        main(["render", "--einzeln", *arguments])
    return int(str(caught.value.code or 0))


@pytest.mark.slow
def test_a_page_that_stands_alone(
    musterstadt_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SOZIALRAUM_DATA", str(musterstadt_dir))
    assert render("05", "musterstadt", "--out", str(tmp_path / "post")) == 0
    pages = {path.name: path.read_text(encoding="utf-8") for path in (tmp_path / "post").iterdir()}
    assert len(pages) == 2
    assert all(re.fullmatch(r"bericht-stadtteilanalyse_[a-z0-9-]+\.html", name) for name in pages)
    for page in pages.values():
        links = re.findall(
            r"""\b(?:href|src)\s*=\s*["']([^"']+)""", re.sub(r"<script.*?</script>", "", page, flags=re.S)
        )
        assert [link for link in links if not link.startswith(("#", "data:", "https://"))] == []
    assert "2 von 2 Berichten liegen vor" in capsys.readouterr().out
    assert render("05", "--out", str(tmp_path / "anlage.html")) == 0
    alone = (tmp_path / "anlage.html").read_text(encoding="utf-8")
    assert alone == next(page for name, page in pages.items() if "_05-" in name)
    assert {path.name for path in tmp_path.iterdir()} == {"post", "anlage.html"}


def test_one_file_for_several_pages_is_refused(musterstadt_dir: Path) -> None:
    jobs = plan(
        read_batch(ROOT / "batch.yml"), open_data(musterstadt_dir).register, ROOT / "notebooks", queries=["05", "II"]
    )
    with pytest.raises(ParameterError, match=r"--out nennt eine Datei \(a\.html\), es sind aber 2 Berichte"):
        standing_alone(jobs, "a.html")
