"""Tests of the benchmarks: the generators, and that everything runs."""
