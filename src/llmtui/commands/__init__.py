"""What you can ask the app to do: one class, one file each."""
