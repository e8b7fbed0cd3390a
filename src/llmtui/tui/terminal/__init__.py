"""The terminal: how it was found, what comes from it, what may go to it, and how it is given back."""
