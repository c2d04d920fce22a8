"""What a page, a bundle or an answer says, independent of where it goes."""
