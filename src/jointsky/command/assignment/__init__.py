"""Which shots at which targets: a plan at once, its bound, and the proof that nothing better exists."""
