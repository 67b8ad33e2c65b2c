"""Middleware for FastAPI, Flask and Django. All of it fails closed: only calls that the platform allows are let in."""
