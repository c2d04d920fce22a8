"""What a helpdesk's figures would be under other rules of counting."""
