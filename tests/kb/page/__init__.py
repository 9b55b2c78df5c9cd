"""Tests of metric pages: how they are read, compared with a base and written down."""
