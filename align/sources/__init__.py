"""An address or a file in, documents out: the network, web pages, local files, and pairing."""
