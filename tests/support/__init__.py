"""What tests share: real services, clusters of real node processes, waiting with a deadline."""
