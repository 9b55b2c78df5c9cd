"""Tests of the cache: it is only ever slower, never wrong."""
