"""What the author of a scenario writes: schema, reader, catalogue of kinds."""
