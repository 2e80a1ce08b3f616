"""The page: Streamlit views; the logic is in :mod:`align.corpus.review` and the store."""
