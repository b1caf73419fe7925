"""Seeded samples: filings of invented people and firms as files, pictures and mails, each with its truth.

A development tool, run as `python -m samples` from the repository's root; it is no part of the
package that is installed. Everything follows from a seed and a name: nothing here reads a clock or
a global random state.
"""
