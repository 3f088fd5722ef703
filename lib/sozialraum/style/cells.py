"""Text from data in the cells of a spreadsheet."""

from typing import Final

FORMULA_SIGNS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def neutral(cell: str) -> str:
    """Text that no spreadsheet takes for a formula: an apostrophe in front if it begins like one.

    Blanks in front do not help, programs skip them. Numbers are not text and stay as they are.
    """
    return f"'{cell}" if cell.lstrip(" \u00a0").startswith(FORMULA_SIGNS) else cell
