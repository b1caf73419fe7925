"""Word documents, HTML and the pages of PDFs as grids."""
