"""Before the fight: what sites can see, alone and together."""
