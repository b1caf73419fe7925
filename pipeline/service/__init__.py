"""What a running service does over and over: look at mailboxes, work through waiting mails, check the ledger."""
