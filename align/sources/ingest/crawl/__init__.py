"""Crawls: which pages of a capture are one briefing in Chinese and English."""
