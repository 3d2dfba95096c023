"""What runs in a pool child: ``child`` sets it up, ``execute`` does what one message asks for, step by step."""
