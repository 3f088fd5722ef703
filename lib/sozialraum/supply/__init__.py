"""How data come in: files fetched or given, own tables, and what of them may be published; decisions."""
