"""Pages as alerts in PagerDuty."""
