"""What leaves the screen: links, the clipboard, files, commands."""
