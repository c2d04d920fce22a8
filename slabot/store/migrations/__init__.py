"""How did the tables become what they are? One module a step, in ``versions``."""
