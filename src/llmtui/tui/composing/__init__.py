"""Where you type, and what helps there."""
