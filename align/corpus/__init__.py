"""The corpus: store, review, search, exchange (export and import), and the pipeline."""
