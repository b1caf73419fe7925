"""Months of bad luck in minutes: real mailboxes, the real program, killed and cut off again and again."""
