"""Script that Streamlit runs for each session of the page."""

from align.apps.page.app import main

main()
