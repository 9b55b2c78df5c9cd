"""The next check: which answer tells most, and the guided form."""
