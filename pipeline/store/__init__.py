"""What is kept: the ledger, the mails, the cases, the register (台账) and the event log.

`pipeline.store.store.open_store` opens all of it; this package file imports nothing heavy.
"""
