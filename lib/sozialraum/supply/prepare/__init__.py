"""Source files become the built tables of a city."""
