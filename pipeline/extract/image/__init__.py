"""From a picture to an upright, flat page with its lines, cells and tick boxes."""
