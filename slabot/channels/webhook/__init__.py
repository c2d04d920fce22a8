"""Pages as signed JSON, for receivers of your own."""
