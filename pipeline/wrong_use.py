"""The error of whatever was handed to a command and cannot be used."""

from __future__ import annotations


class WrongUseError(Exception):
    """A file or option that cannot be used; the text says which and why, in a line."""
