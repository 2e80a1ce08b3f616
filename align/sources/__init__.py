"""Sources: from a URL or a file to documents. Network, web pages, local files, pairing."""
