"""Pictures as dots: decoded, their planes and inks, rules, single glyphs. Knows no reader."""
