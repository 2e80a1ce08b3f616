"""The page: views that draw with Streamlit what :mod:`align.corpus.review` and the store decide."""
