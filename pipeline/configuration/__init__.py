"""What one installation is told: its settings, its mail accounts, its logs."""
