"""After an answer: a check and what follows from it, the fix verified, the logs watched."""
