"""Mails that no server sent: out of files and archives, and made of papers handed in at the counter (窗口)."""
