"""The teacher's room: lab sources, nbgrader configuration and grading tools."""
