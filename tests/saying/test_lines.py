"""Lines in the log: by loguru or by the standard `logging`, never by both, and never lost between them."""

from __future__ import annotations

import inspect
import logging
from collections.abc import Iterator

import pytest
from loguru import logger

from gemini_live_interrupt.saying import lines, our_failure, say, say_once, what

NAME = "gemini_live_interrupt"


@pytest.fixture(autouse=True)
def _as_at_import() -> Iterator[None]:
    root, level = logging.getLogger(), logging.getLogger().level
    handlers = list(root.handlers)
    lines._said.clear()
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    logger.disable(NAME)
    logger.enable(f"{NAME}.saying.lines")


class _HandsOnToLoguru(logging.Handler):
    """As loguru's documentation has it."""

    def emit(self, record: logging.LogRecord) -> None:
        frame, depth = inspect.currentframe(), 0
        while frame and (depth == 0 or frame.f_code.co_filename == logging.__file__):
            frame, depth = frame.f_back, depth + 1
        logger.opt(depth=depth, exception=record.exc_info).log(
            record.levelname, record.getMessage()
        )


class _HandsOnToLogging(logging.Handler):
    """The other way round, as loguru's documentation has it."""

    def emit(self, record: logging.LogRecord) -> None:
        logging.getLogger(record.name).handle(record)


@pytest.fixture
def by_loguru() -> Iterator[list[str]]:
    got: list[str] = []
    sink = logger.add(lambda line: got.append(str(line).strip()), format="{message}")
    yield got
    logger.remove(sink)


def _by_logging() -> list[str]:
    got: list[str] = []

    class Keeps(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            got.append(record.getMessage())

    logging.getLogger().addHandler(Keeps())
    logging.getLogger().setLevel(0)
    return got


def test_where_loguru_is_not_enabled_it_is_the_standard_logger(by_loguru: list[str]) -> None:
    by_logging = _by_logging()
    say("WARNING", "one {} %s")
    assert (by_loguru, by_logging) == ([], ["one {} %s"])


def test_where_loguru_is_enabled_it_is_loguru_alone(by_loguru: list[str]) -> None:
    by_logging = _by_logging()
    logger.enable(NAME)
    say("INFO", "one {} %s")
    assert (by_loguru, by_logging) == (["one {} %s"], [])


@pytest.mark.parametrize("enabled", [False, True])
def test_an_app_that_hands_all_on_to_loguru_gets_each_line_once(
    by_loguru: list[str], enabled: bool
) -> None:
    logging.getLogger().addHandler(_HandsOnToLoguru())
    logging.getLogger().setLevel(0)
    if enabled:
        logger.enable(NAME)
    say("WARNING", "one")
    say("DEBUG", "two")
    assert by_loguru == ["one", "two"]


def test_an_app_that_hands_all_of_loguru_on_gets_each_line_once() -> None:
    by_logging = _by_logging()
    sink = logger.add(_HandsOnToLogging(), format="{message}")
    say("WARNING", "one")
    logger.enable(NAME)
    say("WARNING", "two")
    logger.remove(sink)
    assert by_logging == ["one", "two"]


def test_an_app_that_silences_us_hears_nothing_from_loguru(by_loguru: list[str]) -> None:
    logging.getLogger().addHandler(_HandsOnToLoguru())
    logger.disable(NAME)
    say("WARNING", "one")
    assert by_loguru == []


def test_a_handler_that_raises_is_no_error_of_the_host() -> None:
    class Broken(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            raise OSError("the disk is full")

    logging.getLogger().addHandler(Broken())
    say("WARNING", "one")
    our_failure(ValueError(), "It goes on.")


def test_once_is_once_also_where_the_way_changes(by_loguru: list[str]) -> None:
    by_logging = _by_logging()
    say_once("one")
    logger.enable(NAME)
    say_once("one")
    assert (by_loguru, by_logging) == ([], ["one"])


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (NameError("name 'repply' is not defined"), "NameError: name 'repply' is not defined"),
        (OSError(28, "No space left on device", "x"), "OSError: No space left on device"),
        (ValueError("what the user said"), "ValueError"),
        (ConnectionError("what the user said"), "ConnectionError"),
        (NameError("a\n\x1b[31mb"), "NameError: a\\n\\x1b[31mb"),
    ],
)
def test_an_error_is_named_without_what_people_said(error: Exception, said: str) -> None:
    assert what(error) == said
