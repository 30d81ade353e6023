"""A person at the screen: real JupyterLab, real Chromium."""
