"""Papers the office sends: drafted from templates, laid out as a letter, and sent by mail. Imports domain and profile only."""
