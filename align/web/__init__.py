"""Pages from the network, captures and saved files: fetched politely, checked, decoded."""
