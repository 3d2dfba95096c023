"""Where the logs of tasks lie: in the metastore while they are written, then where ``logs.store`` says.

What workers ship always goes to the metastore, so that it can be followed. The log of an attempt that has ended is
moved by a scheduler; ``reading.LogStore`` finds it wherever it is.
"""
