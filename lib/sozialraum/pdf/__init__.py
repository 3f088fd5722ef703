"""A report page as tagged PDF: the full annex and a short form of exactly two pages.

Chromium prints (:mod:`sozialraum.pdf.press`), pikepdf adds what PDF/UA wants and Chromium leaves out
(:mod:`sozialraum.pdf.finish`). Both come with the extra ``pdf`` and are imported when something is printed.
"""

from sozialraum.pdf.names import SHORT_SUFFIX, names, remove
from sozialraum.pdf.press import SHORT_PAGES, Press

__all__ = ["SHORT_PAGES", "SHORT_SUFFIX", "Press", "names", "remove"]
