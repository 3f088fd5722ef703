"""One value against the city: Wert, band, class, rank; statements of others; the index of the Stadtteile; sites."""
