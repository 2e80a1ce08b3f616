"""Building of a Document (header, turns, roles, captions) from blocks of text."""
