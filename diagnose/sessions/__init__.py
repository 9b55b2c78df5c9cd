"""Sessions: steps to be undone, saved and taken up again."""
