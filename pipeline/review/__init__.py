"""The review pages: what officers see of the queue and of a case in a browser, and what they do there."""
