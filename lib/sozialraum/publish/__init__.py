"""From notebooks to pages: engine, page, batch, record, portal, template of an office, files of values."""
