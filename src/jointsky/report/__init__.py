"""Pages for people: what a recorded run and a study say, each one self-contained file. Nothing here needs compiled
code."""
