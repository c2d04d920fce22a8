"""What does slabot find around it, before it is set up and after? The work of `slabot doctor` and `slabot init`."""
