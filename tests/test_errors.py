from sozialraum.errors import SchemaError, SourceMissing, SozialraumError, UnknownArea


def test_schema_error_lists_every_problem() -> None:
    error = SchemaError(["a.csv: eins.", "b.csv: zwei."])
    assert str(error) == "2 Probleme in den Daten:\n  - a.csv: eins.\n  - b.csv: zwei."
    assert error.problems == ["a.csv: eins.", "b.csv: zwei."]


def test_one_problem_is_singular() -> None:
    assert str(SchemaError(iter(["a.csv: eins."]))).startswith("1 Problem in den Daten:")


def test_one_tree() -> None:
    assert issubclass(SourceMissing, SozialraumError)
    assert issubclass(UnknownArea, SozialraumError)
