"""The world as data: `borders`, `airfields` and `terrain`, each a packed file and its reader."""
