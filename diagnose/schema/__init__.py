"""The JSON of the public contract as models and published schemas."""
