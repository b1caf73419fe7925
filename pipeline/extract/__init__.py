"""Files to what stands in them: pages, grids, forms and papers."""
