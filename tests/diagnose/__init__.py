"""Tests of the core and the command line."""
