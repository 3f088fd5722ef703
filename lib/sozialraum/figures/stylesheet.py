"""The style sheet for JupyterLab and plain exports; report pages bring their own."""

from typing import Final

from sozialraum.figures.output import display
from sozialraum.style import ACCENT, CITY, INK, LINE, MUTED, PAPER

CSS: Final = f"""
.jp-RenderedHTMLCommon {{
  .sr-figure {{ margin: 8px 0 24px; max-width: 42rem; }}
  .sr-title {{ margin: 0; font-weight: 650; }}
  .sr-subtitle, .sr-source, .sr-tile-meta {{ margin: 0 0 8px; font-size: 0.85em; color: {MUTED}; }}
  .sr-picture svg {{ display: block; width: 100%; height: auto; background: {PAPER}; }}
  .sr-picture--lone svg {{ width: 14rem; }}
  .sr-figure:not(.sr-figure--wide) .sr-picture svg {{ max-width: 36rem; }}
  .sr-map svg.sr-svg {{ display: block; max-width: 100%; height: auto; }}
  .sr-choice {{
    > fieldset {{ border: 0; padding: 0; margin: 0 0 8px; }}
    &:has(label:nth-of-type(1) > :checked) > .sr-figure:not(:nth-of-type(1)),
    &:has(label:nth-of-type(2) > :checked) > .sr-figure:not(:nth-of-type(2)),
    &:has(label:nth-of-type(3) > :checked) > .sr-figure:not(:nth-of-type(3)) {{ display: none; }}
    @media print {{
      > fieldset, > .sr-figure:nth-of-type(n + 2) {{ display: none !important; }}
      > .sr-figure:nth-of-type(1) {{ display: block !important; }}
    }}
  }}
  .sr-scroll {{ overflow-x: auto; max-width: 100%; }}
  .sr-table caption {{ text-align: left; font-weight: 650; padding-bottom: 4px; }}
  .sr-table :is(th, td) {{ text-align: left; vertical-align: top; }}
  .sr-table .sr-num {{ text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }}
  .sr-table .sr-this > * {{ font-weight: 650; box-shadow: inset 0 -2px {ACCENT}; }}
  .sr-missing {{ font-style: italic; color: {MUTED}; }}
  .sr-tiles {{ display: grid; grid-template-columns: repeat(auto-fill, minmax(11rem, 1fr)); gap: 16px; padding: 0; }}
  .sr-tile {{ list-style: none; border-top: 2px solid {INK}; padding-top: 8px; }}
  .sr-tile p {{ margin: 0; }}
  .sr-tile-value {{ font-size: 1.9em; font-weight: 650; }}
  .sr-tile-unit {{ font-size: 0.5em; font-weight: 400; }}
  .sr-tile-class {{ font-weight: 650; }}
  .sr-prose {{ max-width: 40rem; }}
  .sr-refs a {{ margin-left: 2px; }}
  .sr-note {{ border-left: 4px solid {CITY}; padding-left: 16px; max-width: 40rem; }}
  .sr-note--missing {{ border-left: 2px dashed {LINE}; color: {MUTED}; }}
}}
""".strip()
"""Only inside JupyterLab's output areas, so that it changes nothing on a report page."""


STYLE: Final = f"<style>{CSS}</style>"


def use_style() -> None:
    """Let the following outputs look like the report, in JupyterLab too."""
    display({"text/html": STYLE, "text/plain": ""}, raw=True)
