"""The script that Streamlit runs for each session of the page."""

from align.ui.app import main

main()
