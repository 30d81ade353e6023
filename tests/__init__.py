"""Tests of the workbench; they mirror the tree."""
