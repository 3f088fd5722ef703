import pytest

from sozialraum.errors import SchemaError, SecrecyError, SourceMissing, SozialraumError, TableError, UnknownArea


def test_schema_error_lists_every_problem() -> None:
    error = SchemaError(["a.csv: eins.", "b.csv: zwei."])
    assert str(error) == "2 Probleme in den Daten:\n  - a.csv: eins.\n  - b.csv: zwei."
    assert error.problems == ["a.csv: eins.", "b.csv: zwei."]


def test_one_problem_is_singular() -> None:
    assert str(SchemaError(iter(["a.csv: eins."]))).startswith("1 Problem in den Daten:")


def test_one_tree() -> None:
    assert issubclass(SourceMissing, SozialraumError)
    assert issubclass(UnknownArea, SozialraumError)


@pytest.mark.parametrize("kind", [SchemaError, TableError])
def test_no_message_has_more_than_twenty_lines(kind: type[SchemaError]) -> None:
    error = kind([f"t.csv, Zeile {row}: falsch." for row in range(1, 104)])
    lines = str(error).splitlines()
    assert lines[0].startswith("103 Probleme")
    assert lines[1:3] == ["  - t.csv, Zeile 1: falsch.", "  - t.csv, Zeile 2: falsch."]
    assert lines[18:] == ["  - t.csv, Zeile 18: falsch.", "  … und 85 weitere"]
    assert len(error.problems) == 103


def test_a_long_message_of_any_kind_is_cut() -> None:
    text = "\n".join(["Gemeint sein kann:", *(f"  Straße {number}" for number in range(30))])
    for error in (SozialraumError(text), UnknownArea(text), SecrecyError(text)):
        assert len(str(error).splitlines()) == 20
        assert str(error).endswith("\n  … und 12 weitere")
    assert str(SozialraumError("\n".join("x" * 20))) == "\n".join("x" * 20)
