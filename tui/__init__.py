"""The terminal user interface; only the command line reaches for it."""
