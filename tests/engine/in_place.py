"""A pytest plugin: nbgrader's own tests run with the engine in the place of its autograde."""


def pytest_configure() -> None:
    from autograder.engine.drop_in import install

    install()
