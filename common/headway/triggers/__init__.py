"""What deferred tasks wait for: triggers, run by triggerers. Kinds that come with Headway, one file a subject."""
