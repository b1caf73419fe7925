"""What officers see of a case, and what they do with it."""
