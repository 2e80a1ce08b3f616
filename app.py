"""Run the review page of a checkout: ``streamlit run app.py``."""

import streamlit as st
from starlette.middleware import Middleware

from align.apps.page.server import ROUTES, SCRIPT, PageGuard, prepare_app

guard = Middleware(PageGuard)
app = st.App(SCRIPT, routes=ROUTES, middleware=[guard], lifespan=prepare_app)
