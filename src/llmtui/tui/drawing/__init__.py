"""Words made into lines: what a conversation looks like at a width. Nothing here is a widget."""
