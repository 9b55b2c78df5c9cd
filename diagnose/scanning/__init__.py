"""Long logs: which lines are worth reading, told from bytes."""
