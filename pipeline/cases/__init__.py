"""From what was read of a mail to its cases: which form goes with which papers, and which open case a mail belongs to."""
