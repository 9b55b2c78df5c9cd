"""The checks of a whole knowledge base, by theme; `kb.check` runs them all."""
