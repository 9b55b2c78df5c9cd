"""The terminal user interface. Imports `diagnose` and `kb`; nothing imports it but the command line."""
