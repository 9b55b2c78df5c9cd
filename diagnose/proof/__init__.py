"""Proof of a base: its cases and quiet logs against every insight."""
