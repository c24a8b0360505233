"""A file of profiles: given by the app or by the environment, and named where it is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from gemini_live_interrupt.core.profile_text import FoundProfile, FoundProfiles
from gemini_live_interrupt.core.profiles import profile_for
from gemini_live_interrupt.genai.profile_file import load_profiles, save_profiles

FOUND = FoundProfiles(
    (FoundProfile(name="gemini-3.8-live", profile=profile_for("gemini-3.8-live")),)
)


def test_what_was_saved_is_loaded(tmp_path: Path) -> None:
    save_profiles(tmp_path / "found.toml", FOUND)
    assert load_profiles(tmp_path / "found.toml") == FOUND
    assert load_profiles(str(tmp_path / "found.toml")) == FOUND


def test_the_environment_names_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    save_profiles(tmp_path / "found.toml", FOUND)
    monkeypatch.setenv("GEMINI_LIVE_INTERRUPT_PROFILE", str(tmp_path / "found.toml"))
    assert load_profiles(None) == FOUND


@pytest.mark.parametrize("value", [None, ""])
def test_without_a_file_there_are_none(value: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    if value is None:
        monkeypatch.delenv("GEMINI_LIVE_INTERRUPT_PROFILE", raising=False)
    else:
        monkeypatch.setenv("GEMINI_LIVE_INTERRUPT_PROFILE", value)
    assert load_profiles(None) == FoundProfiles()


def test_an_editor_may_have_put_a_mark_before_it(tmp_path: Path) -> None:
    path = tmp_path / "found.toml"
    path.write_bytes(b"\xef\xbb\xbf" + FOUND.to_text().encode())
    assert load_profiles(path) == FOUND


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="needs a file without an end")
def test_a_file_without_an_end_is_not_read_to_it() -> None:
    with pytest.raises(ValueError, match="has more than"):
        load_profiles("/dev/zero")


@pytest.mark.parametrize("content", [None, b"\xff\xfe", b"version = 7"])
def test_a_file_that_cannot_be_used_is_named(
    content: bytes | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "found.toml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ValueError, match=r"found\.toml cannot be"):
        load_profiles(path)
    monkeypatch.setenv("GEMINI_LIVE_INTERRUPT_PROFILE", str(path))
    with pytest.raises(ValueError, match="GEMINI_LIVE_INTERRUPT_PROFILE"):
        load_profiles(None)
