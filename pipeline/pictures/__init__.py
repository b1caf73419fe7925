"""Pictures and tables of what a mail carried, as they may be shown: runs in the sandbox."""
