"""Run the review page of a checkout: ``streamlit run app.py``."""

from align.ui.app import main

main()
