"""Ask a language model about requests: what is planned, the call, and the lane that makes it."""
