"""The page: views that draw with Streamlit what :mod:`align.review` and the store decide."""
