"""Tests of the knowledge: how it is read, checked, drawn and imported."""
