"""The taught reader's network: PP-OCRv6 small taught handwriting, from lines that are drawn (`make taught`)."""
