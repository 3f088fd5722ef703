"""One value against the city: Wert, band, class, rank; and statements of others."""
