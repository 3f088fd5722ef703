"""What is known of a city: areas, values, catalogue, facilities, grid, addresses, sources, ways on foot; own areas."""
