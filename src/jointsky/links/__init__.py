"""Who hears what, and when: agreements compiled to rules, phases, links with delay and loss, and messages as bytes."""
