"""From findings to the posterior of each cause, and how sure the whole is."""
