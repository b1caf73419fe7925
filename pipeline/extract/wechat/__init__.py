"""WeChat IDs in pictures: their look-alikes told apart by the digits that are proved on the same page."""
