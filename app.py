"""Run the review page of a checkout: ``streamlit run app.py``."""

import streamlit as st
from starlette.middleware import Middleware

from align.apps.page.server import ROUTES, SCRIPT, PageGuard

app = st.App(SCRIPT, routes=ROUTES, middleware=[Middleware(PageGuard)])
