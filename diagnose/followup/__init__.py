"""After the fix: what became of the causes, and what comes next."""
