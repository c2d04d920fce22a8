"""What slabot knows, told to people: a decision as a page of words."""
