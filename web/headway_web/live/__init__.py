"""Live updates: change notices from the schedulers on their way to browsers."""
