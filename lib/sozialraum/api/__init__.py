"""The public face; what is not here is private. See docs/python.md."""
