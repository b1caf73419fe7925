"""Whether what was read from a picture may be believed, kind by kind."""
