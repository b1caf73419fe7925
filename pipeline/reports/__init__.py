"""Lists, figures and workbooks of what the store knows, and the lists of accounts that offices hand in."""
