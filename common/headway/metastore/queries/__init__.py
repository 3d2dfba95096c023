"""Every statement that Headway sends, by topic: SQL text with a name, and the function that runs it."""
