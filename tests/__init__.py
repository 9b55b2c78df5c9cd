"""The tests; the packages below mirror the packages of the project."""
