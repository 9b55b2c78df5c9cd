"""The version of the distribution, a literal so that reading it costs no package look-up."""

__version__ = "0.1.0"
