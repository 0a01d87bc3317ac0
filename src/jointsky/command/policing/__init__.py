"""Air policing: from loss of contact to release, step by step, with the law of the land below."""
