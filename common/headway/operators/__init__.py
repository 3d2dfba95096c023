"""Operators: what a task can do."""
