"""From notebooks to pages: engine, page, batch, record, atlas, Vorlage, files of values, changes between pages."""
