"""What is known of a city: areas, values, catalogue, facilities, grid, addresses, sources, distances; and own areas."""
