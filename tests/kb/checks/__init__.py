"""Tests of the checks, by theme."""
