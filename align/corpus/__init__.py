"""What is kept, decided, found and handed on: store, review, search, exchange, and the pipeline."""
