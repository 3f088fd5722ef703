"""Musterstadt: a fictional city of nine squares whose every value can be checked by hand."""
