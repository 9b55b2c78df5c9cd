"""Makes the healthy logs in ``kb/data/prefect/quiet``: run ``python -m tests.quiet.make``."""
