"""The cloud itself: records, state machines and their rules. Knows no HTTP, no XML, no wall clock, no random source."""
