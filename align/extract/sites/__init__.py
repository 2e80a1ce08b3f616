"""Rules of one web site per file: which markup holds title, date and text."""
