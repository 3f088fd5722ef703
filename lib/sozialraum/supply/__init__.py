"""How data come in: source files, own tables, and what of them may be published."""
