"""The safety net: one small service for each kind of thing that no event announces."""
