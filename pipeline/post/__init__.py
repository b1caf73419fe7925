"""Letters to submitters: drafted, released, sent, and what is due without anybody asking."""
