"""The jail in which a sender's bytes are read: no keys, no database, no network, killable at any time."""
