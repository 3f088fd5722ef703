"""From notebooks to pages: engine, page, batch, record, portal, Vorlage, files of values, changes between pages."""
