"""What was said: pure values, and nothing that acts."""
