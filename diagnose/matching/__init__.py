"""From text to signatures, symptoms and insights of the base."""
