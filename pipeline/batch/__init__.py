"""Whole archives decided anew, and what that would change."""
