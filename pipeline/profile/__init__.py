"""A city as data: its form, offices, materials, deadlines and places."""
