"""Truth against picture: what a run was worth. Measures read the world; no post ever imports them."""
