"""Makes the parts of the documentation that must stay true."""
