"""How it stands, in one line and in a panel's words."""
