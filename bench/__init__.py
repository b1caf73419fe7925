"""Speed on this machine. Figures are printed, never asserted: a busy machine is no fault of the code."""
