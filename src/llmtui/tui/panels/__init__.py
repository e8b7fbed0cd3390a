"""What opens over the screen; each is imported when it is opened."""
