"""Moves logs of ended attempts from the metastore to the log store, in a process of its own.

Writing many objects costs more than scheduling does, and must not hold up the engine's thread.
"""
