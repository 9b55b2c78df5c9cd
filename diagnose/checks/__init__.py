"""Commands: filled in, run after consent, their output read."""
