"""User interfaces: the command line, the page, and the servers for other programs."""
