"""Polling: operations, deployments and events, followed until they finish."""
