"""The auditor: check that slabot does what it should, and alert people if it does not."""
