"""Hooks: clients of outside systems, built from connections."""
