"""What happens when you press Enter."""
