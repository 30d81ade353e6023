"""Keeps pytest's doctest collection away from nbgrader's configuration, which only nbgrader can execute."""

collect_ignore = ["nbgrader_config.py"]
