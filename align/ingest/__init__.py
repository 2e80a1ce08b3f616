"""From what the user names to pairs of documents."""
