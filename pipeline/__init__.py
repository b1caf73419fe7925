"""Reads new-media account filings from mailboxes and keeps the register (台账)."""

__version__ = "0.1.0"
