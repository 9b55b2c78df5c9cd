"""Measurements that are run by hand or by the release job; not part of the package."""
