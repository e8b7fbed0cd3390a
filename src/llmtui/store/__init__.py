"""What is kept: the only writer of the history, one SQLite file."""
