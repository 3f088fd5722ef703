"""Terminals, homes, checkouts and fonts as they are elsewhere: all works, or one German sentence says why not."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from tempfile import mkdtemp

import matplotlib as mpl
import pytest

from sozialraum import style
from sozialraum.compare import analysis
from sozialraum.errors import RenderError, SozialraumError, system_reason, tolerant_streams, yaml_reason
from sozialraum.supply import workspace

ROOT = Path(__file__).resolve().parent.parent
Run = Callable[..., subprocess.CompletedProcess[bytes]]
ENGLISH = re.compile(r"Traceback|Error\b|Errno|codec|No such|denied|warning|temporary", re.I)


@pytest.fixture
def command(musterstadt_dir: Path) -> Run:
    """Run the command line in a process of its own, with some variables of the environment changed."""

    def run(*arguments: str, cwd: Path | None = None, **variables: str) -> subprocess.CompletedProcess[bytes]:
        environment = {**os.environ, "SOZIALRAUM_DATA": str(musterstadt_dir), **variables}
        program = [sys.executable, "-m", "sozialraum.cli", *arguments]
        return subprocess.run(program, env=environment, capture_output=True, check=False, cwd=cwd)

    return run


# Terminals


@pytest.mark.parametrize("encoding", ["iso-8859-1", "ascii"])
@pytest.mark.parametrize(
    "arguments",
    [
        ["--help"], ["areas"], ["indicators", "--gebiet", "1"], ["data", "check"], ["unsinn"],
        ["render", "Gibt es nicht"],
    ],
    ids=" ".join,
)  # fmt: skip
def test_a_terminal_without_german_quotation_marks_shows_every_message(
    command: Run, encoding: str, arguments: list[str]
) -> None:
    done = command(*arguments, PYTHONIOENCODING=encoding)
    shown = (done.stdout + done.stderr).decode(encoding, "replace")  # help in ASCII is UTF-8: click does that
    assert not ENGLISH.search(shown), shown
    assert "\\u" not in shown
    assert shown.strip()
    assert done.returncode == (2 if arguments[0] == "unsinn" or arguments[-1] == "Gibt es nicht" else 0)


def test_a_render_in_plain_ascii_ends_as_elsewhere(command: Run, tmp_path: Path) -> None:
    done = command(
        "render", "1", "--out", str(tmp_path), PYTHONUTF8="0", PYTHONCOERCECLOCALE="0", LC_ALL="C"
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stderr == b""
    assert b"Uebersicht: " in done.stdout or "Übersicht: ".encode() in done.stdout


def test_what_a_character_set_lacks_is_written_in_plain_letters(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with (tmp_path / "x").open("w", encoding="ascii") as stream:
        monkeypatch.setattr(sys, "stdout", stream)
        tolerant_streams()
        stream.write("„Straße“ – 5\u00a0% −3 Łódź 🌳 é")
    assert (tmp_path / "x").read_text() == '"Strasse" - 5 % -3 ?odz ? e'


# Folders of the system


def test_a_home_that_cannot_be_written_says_nothing_and_leaves_nothing(command: Run, tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.write_text("a file: even root cannot make a folder in it")
    temporary = Path(mkdtemp(prefix="sr"))  # short: sockets lie in it
    done = command(
        "render", "1", "--out", str(tmp_path / "o"), HOME=str(home), TMPDIR=str(temporary), XDG_CACHE_HOME=""
    )
    assert done.returncode == 0
    assert done.stderr == b""
    left = [path.name for path in temporary.iterdir()]
    shutil.rmtree(temporary)
    assert left == []


def test_settings_of_matplotlib_do_not_change_our_pictures() -> None:
    def picture() -> str:
        with style.drawing(200, 100) as (figure, axes):
            axes.bar([1, 2], [3, 4])
            axes.set_title("Titel")
        return style.from_matplotlib(figure).body

    usual = picture()
    own = {
        "text.usetex": True,
        "font.weight": "bold",
        "path.sketch": (1, 100, 2),
        "axes.grid": True,
        "lines.linewidth": 9,
    }
    with mpl.rc_context(own):
        assert picture() == usual


# Checkouts


def test_a_checkout_keeps_its_bytes_where_git_changes_line_ends(tmp_path: Path) -> None:
    """A repository with our attributes and files, cloned as Windows does."""
    source, clone = tmp_path / "a", tmp_path / "b"
    files = [
        ".gitattributes",
        ".ci/run",
        "data/essen/gebiete.csv",
        "tests/musterstadt/daten/indikatoren.csv",
        "batch.yml",
        "data/essen/adressen.parquet",
        "docs/bilder/karte.png",
        "lib/sozialraum/city/load.py",
    ]
    for name in files:
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, source / name)
    git = ["git", "-c", "user.name=x", "-c", "user.email=x@example.org", "-c", "core.autocrlf=true"]
    for arguments in (["init", "-q", "."], ["add", "-A"], ["commit", "-qm", "x"]):
        subprocess.run([*git, *arguments], cwd=source, check=True, capture_output=True)
    subprocess.run([*git, "clone", "-q", str(source), str(clone)], check=True, capture_output=True)
    assert [name for name in files if (clone / name).read_bytes() != (ROOT / name).read_bytes()] == []


def test_every_file_that_git_keeps_has_unix_line_ends_or_is_binary() -> None:
    done = subprocess.run(["git", "ls-files", "--eol"], cwd=ROOT, capture_output=True, text=True, check=True)
    wrong = [
        line
        for line in done.stdout.splitlines()
        if not re.match(r"i/(lf|-text|none)? .*attr/(text=auto eol=lf|-text)", line)
    ]
    assert wrong == []


@pytest.mark.parametrize("how", ["script", "module"])
def test_a_copied_checkout_does_not_work_on_the_original(tmp_path: Path, how: str) -> None:
    copy = tmp_path / "kopie"
    (copy / "lib" / "sozialraum").mkdir(parents=True)
    folder = copy / ".venv" / "bin"
    folder.mkdir(parents=True)
    if how == "script":
        program = folder / "sozialraum"
        program.write_text(f"#!{sys.executable}\nfrom sozialraum.cli.main import main\nmain()\n")
        program.chmod(0o755)
        call = [str(program)]
    else:  # a copied environment is found by its pyvenv.cfg, and its packages still point to the original
        (folder / "python").symlink_to(Path(sys.executable).resolve())
        shutil.copy(Path(sys.prefix) / "pyvenv.cfg", copy / ".venv")
        call = [str(folder / "python"), "-m", "sozialraum.cli"]
    packages = next(Path(sys.prefix).glob("lib/python*/site-packages"))
    done = subprocess.run(
        [*call, "areas"], cwd=copy, env={**os.environ, "PYTHONPATH": f"{ROOT / 'lib'}{os.pathsep}{packages}"},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.startswith(f"Der Ordner {copy} ist eine Kopie: Seine Umgebung .venv gehört noch zu {ROOT}")
    assert "make setup" in done.stderr


# Words of the system and of libraries


def test_every_common_error_of_the_system_has_german_words() -> None:
    for name in ("ENOENT", "EACCES", "EISDIR", "ENAMETOOLONG", "ENOSPC", "EINVAL", "EMFILE"):
        number = getattr(__import__("errno"), name)
        assert not re.search(r"\b(the|file|directory|too|is)\b", system_reason(OSError(number, os.strerror(number))))
    assert system_reason(OSError(9999, "Strange")) == "das System meldet Fehler 9999"
    assert "prüfen" in yaml_reason(ValueError("while scanning"))


@pytest.mark.parametrize("name", ["indikatoren.yml", "gebiete.csv", "indikatoren.csv", "gebiete.geojson", "stadt.yml"])
@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"a: [", b"{", b"a\tb\n\t:", b"\x00", b'"', b"a,b\n1,2,3\n"])
def test_a_damaged_table_is_told_without_a_word_of_a_library(
    tmp_path: Path, musterstadt_dir: Path, name: str, content: bytes
) -> None:
    shutil.copytree(musterstadt_dir, tmp_path / "daten")
    (tmp_path / "daten" / name).write_bytes(content)
    try:
        analysis.analyse(workspace.open_data(tmp_path / "daten"), "1")
    except SozialraumError as error:
        shown = str(error)
        assert not re.search(r"while|expected|decode|column|Error|invalid|token", shown), shown
        assert name in shown


def test_a_defect_is_one_german_line_and_debug_shows_where_it_is(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from sozialraum.cli.main import main
    from sozialraum.supply import workspace

    def broken(*_: object, **__: object) -> None:
        raise KeyError("weg")

    monkeypatch.setattr(workspace, "open_data", broken)
    for option, traced in (((), False), (("--debug",), True)):
        monkeypatch.delenv("SOZIALRAUM_DEBUG", raising=False)
        with pytest.raises(SystemExit) as caught:
            main(["areas", *option])
        shown = capsys.readouterr().err
        assert caught.value.code == 2
        assert "Das hätte nicht geschehen dürfen (KeyError)." in shown
        assert ("Traceback" in shown) == traced
    monkeypatch.delenv("SOZIALRAUM_DEBUG", raising=False)


# Fonts


def test_a_pdf_without_a_letter_is_an_error_and_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from sozialraum.pdf.press import Press

    (tmp_path / "none.conf").write_text('<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig/>')
    (tmp_path / "a.html").write_text(
        '<!doctype html><html lang="de"><title>T</title><main><h1>Titel</h1><p>Ein Satz.</p></main>'
    )
    if not any(shutil.which(name) for name in ("chromium", "chromium-browser", "google-chrome")):
        pytest.skip("Chromium is not installed")
    monkeypatch.setenv("FONTCONFIG_FILE", str(tmp_path / "none.conf"))
    with Press() as press, pytest.raises(RenderError, match=r"a\.html: Im PDF steht kein Buchstabe.*Schrift"):
        press.write(tmp_path, "a.html")
    assert not list(tmp_path.glob("*.pdf"))
    monkeypatch.delenv("FONTCONFIG_FILE")
    with Press() as press:
        assert press.write(tmp_path, "a.html") == ("a.pdf",)
