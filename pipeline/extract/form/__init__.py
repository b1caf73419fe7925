"""From pages to forms: labels, rows, ticks, parts that came apart."""
