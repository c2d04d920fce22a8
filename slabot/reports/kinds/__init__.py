"""The kinds of reports, one module each."""
