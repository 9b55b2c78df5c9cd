"""From bytes of any kind to records, prose and incidents."""
