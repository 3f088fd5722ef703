"""German help and usage errors: typer words both in English."""

import re
from pathlib import Path
from typing import Any, Final

import typer
from typer import _click
from typer._click import exceptions
from typer._coercion import RuntimeParam
from typer.core import TyperCommand, TyperGroup

_WIDTH: Final = 110


class _AsTyped(RuntimeParam):
    """Texts, paths and switches as a person typed them: what typer checks values with is slower than a look-up."""

    def _coerce_value(self, value: Any, param: Any, ctx: _click.Context) -> Any:  # noqa: ARG002
        return [str(item) for item in value] if param.multiple or param.nargs == -1 else self.annotation(value)


def _as_typed(parameter: Any) -> Any:
    kind = parameter.type_descriptor
    if kind.annotation in (str, Path, bool, list[str]):
        parameter._runtime_param = _AsTyped(kind.parameter_info, kind.annotation)
    return parameter


class _German:
    """Help with German headings."""

    def get_params(self: Any, ctx: _click.Context) -> list[Any]:
        """Every parameter, with the one for help."""
        return [_as_typed(parameter) for parameter in super().get_params(ctx)]  # type: ignore[misc]

    def format_usage(self: Any, ctx: _click.Context, formatter: _click.HelpFormatter) -> None:
        """Write the usage line."""
        formatter.write_usage(ctx.command_path, " ".join(self.collect_usage_pieces(ctx)), prefix="Aufruf: ")

    def format_options(self: Any, ctx: _click.Context, formatter: _click.HelpFormatter) -> None:
        """Write arguments, options and commands."""
        formatter.width = _WIDTH
        sections: dict[str, list[tuple[str, str]]] = {"Argumente": [], "Optionen": [], "Befehle": []}
        for parameter in self.get_params(ctx):
            record = parameter.get_help_record(ctx)
            if record is not None:
                name, words = record[0].partition(" <")[0], record[1]
                heading = "Argumente" if parameter.param_type_name == "argument" else "Optionen"
                words = "Zeigt diese Hilfe." if "--help" in parameter.opts else words.replace("[required]", "").strip()
                sections[heading].append((name, words))
        if isinstance(self, TyperGroup):
            commands = [(name, self.commands[name]) for name in self.list_commands(ctx)]
            sections["Befehle"] = [(name, command.get_short_help_str(_WIDTH)) for name, command in commands]
        for heading, rows in sections.items():
            if rows:
                with formatter.section(heading):
                    formatter.write_dl(rows)


class Group(_German, TyperGroup):
    """A command with subcommands."""


class Command(_German, TyperCommand):
    """A command."""


UsageProblem: Final = exceptions.UsageError


def german(error: exceptions.UsageError) -> str:
    """A usage error as one German sentence with the way to the help."""
    command = error.ctx.command_path if error.ctx else "sozialraum"
    return f"{_sentence(error)} Hilfe: {command} --help"


def _sentence(error: exceptions.UsageError) -> str:
    if isinstance(error, exceptions.NoSuchOption):
        near = f" Meinten Sie {error.possibilities[0]}?" if error.possibilities else ""
        return f"Die Option {error.option_name} gibt es nicht.{near}"
    if isinstance(error, exceptions.MissingParameter):
        return f"Es fehlt: {_hint(error)}."
    if isinstance(error, exceptions.BadOptionUsage):
        needs = "braucht einen Wert" if "requires" in error.message else "hat keinen Wert"
        return f"Die Option {error.option_name} {needs}."
    if isinstance(error, exceptions.BadParameter):
        return f"Der Wert für {_hint(error)} ist unbrauchbar."
    if error.message.startswith("Missing command"):
        return "Es fehlt ein Befehl."
    if error.message.startswith("No such command"):
        names = re.findall(r"'([^']*)'", error.message)
        near = f" Meinten Sie {' oder '.join(names[1:])}?" if names[1:] else ""
        return f"Den Befehl „{names[0]}“ gibt es nicht.{near}"
    return f"Diese Angabe ist zu viel: {_quoted(error.message)}."


def _hint(error: exceptions.BadParameter) -> str:
    return error.param.get_error_hint().strip("'") if error.param else "ein Argument"


def _quoted(message: str) -> str:
    """What typer quotes in its message."""
    found = re.search(r"'(.*)'|\((?!s\))(.*)\)", message)
    return (found[1] or found[2]) if found else message


def new_app(**options: Any) -> typer.Typer:
    """A typer app whose help is German."""
    return typer.Typer(
        cls=Group,
        add_completion=False,
        rich_markup_mode=None,
        subcommand_metavar="BEFEHL …",
        options_metavar="[OPTIONEN]",
        **options,
    )
