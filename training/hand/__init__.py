"""The hand reader's network: PP-OCRv6 small taught handwriting, from lines that are drawn (`make hand`)."""
