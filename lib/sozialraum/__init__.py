"""Essen's Stadtteile and Stadtbezirke, each compared with the city.

The modules stand in one fixed order (see ``docs/decisions/0003-module-order.md``); each imports only
modules above it. Notebooks call the library, never the other way round.
"""

__version__ = "0.1.0"
