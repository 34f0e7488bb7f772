"""What the service's documents look like: contracts as tables, read and written. Knows no state and no HTTP."""
