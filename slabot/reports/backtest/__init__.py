"""Replay history through a policy, or through two, and say what comes of it."""
