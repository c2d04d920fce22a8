"""The PagerDuty stand-in: see `standin`."""
