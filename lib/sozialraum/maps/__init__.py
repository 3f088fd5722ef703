"""What maps are made of: classes, circles, ground, labels, legends, symbols, Leaflet without a network."""
