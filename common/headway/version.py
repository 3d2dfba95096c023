"""The version of this Headway; the distribution takes it from here."""

__version__ = "0.1.0"
