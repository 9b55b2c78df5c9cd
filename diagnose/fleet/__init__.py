"""A fleet's logs: the reading of one machine, mapped over files by Dask, and what it says by host."""
