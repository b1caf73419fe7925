"""Watching an installation: what is wrong with it, who is told, and what monitoring can ask."""
