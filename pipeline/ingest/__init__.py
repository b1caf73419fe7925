"""Intake: mailboxes polled into a ledger and an archive, and mails taken apart.

Two halves that share nothing but the domain's records:

- the poller (`poll`, `survey`) talks to mail servers and needs network, ledger and archive;
- the unpacker (`unpack`) turns one mail's bytes into a `Submission`. It is meant for the
  sandbox: no network, no files, no keys, standard library and domain only.
"""
