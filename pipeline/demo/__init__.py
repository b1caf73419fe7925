"""The demonstration: a real IMAP server, real mails, the whole path."""
