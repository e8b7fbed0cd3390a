"""The conversation pane: one widget, made of layers, each of which is one thing that a reader does."""
