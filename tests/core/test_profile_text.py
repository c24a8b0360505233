"""Profiles as text: what is written is read back, and what is wrong is named."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gemini_live_interrupt.core.profile_text import FoundProfile, FoundProfiles
from gemini_live_interrupt.core.profiles import RouteFound, profile_for

VERTEX = "gemini-live-2.5-flash-native-audio"


def found() -> FoundProfiles:
    profile = replace(
        profile_for(VERTEX, vertex=True),
        deliveries=("answering",),
        text_interrupts=True,
        routes=(
            RouteFound(route="silent", calls=10, in_prompt=9, replies=1.0),
            RouteFound(route="silent_and_repair", calls=10, used=8, replies=2.1, closes=1),
        ),
    )
    other = replace(profile_for("gemini-3.8-live"), silent_reaches_audio_turn=True)
    return FoundProfiles(
        (
            FoundProfile(name=VERTEX, profile=profile),
            FoundProfile(name="gemini-3.8-live", profile=other),
        )
    )


def test_what_is_written_is_read_back() -> None:
    assert FoundProfiles.from_text(found().to_text()) == found()


def test_a_model_that_was_found_out_is_as_found_on_its_backend_only() -> None:
    read = FoundProfiles.from_text(found().to_text())
    name = f"publishers/google/models/{VERTEX}"
    assert read.profile_for(name, vertex=True).deliveries == ("answering",)
    assert read.profile_for(name).deliveries == profile_for(name).deliveries


def test_what_the_text_does_not_say_is_as_the_family_has_it() -> None:
    text = 'version = 1\n[[model]]\nname = "gemini-2.5-flash-native-audio"\nwhole_utterances = true'
    profile = FoundProfiles.from_text(text).profile_for("gemini-2.5-flash-native-audio")
    assert profile.whole_utterances
    assert profile.silent_reaches_audio_turn is False


def test_any_other_model_is_as_our_table_has_it() -> None:
    assert found().profile_for("gemini-3.1-flash-live") == profile_for("gemini-3.1-flash-live")
    assert found().profile_for(None) == profile_for(None)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("", "version = 1"),
        ("version = 2", "version = 1"),
        ("version = 1\nmodels = []", "'models'"),
        ('version = 1\n[[model]]\nbackend = "vertex"', "'name'"),
        ('version = 1\n[[model]]\nname = "x"\nbackend = "cloud"', "developer, vertex"),
        ('version = 1\n[[model]]\nname = "x"\ndeliveries = ["loud"]', "'loud'"),
        ('version = 1\n[[model]]\nname = "x"\ntext_interrupts = "yes"', "'text_interrupts'"),
        ('version = 1\n[[model]]\nname = "x"\nsilent = true', "'silent'"),
        ('version = 1\n[[model]]\nname = "x"\n[model.routes.silent]\ncalls = -1', "calls"),
        ('version = 1\n[[model]]\nname = "x"\n[model.routes.silent]\nused = 1', "`calls`"),
        ('version = 1\n[[model]]\nname = "x"\n[model.routes.radio]\ncalls = 1', "'radio'"),
        ("version = 1\n[[model]\nname", "line 2"),
        ("model = 1\nversion = 1", "'model'"),
        ("version = true", "version = 1"),
        ('version = 1\n[[model]]\nname = "models/"', "`name` is empty"),
        ("version = 1\n" + 2 * '[[model]]\nname = "x"\n', "'x' on developer stands in it twice"),
        (f'version = 1\n[[model]]\nname = "x"\n[model.routes.silent]\ncalls = {10**200}', "calls"),
        ("version = 1\n" + "a." * 20_000 + "a = 1", "line 2 has more than 300 characters"),
        ("version = 1\n" + "# a\n" * 50_000, "more than 100000 characters"),
    ],
)
def test_what_is_wrong_is_named(text: str, names: str) -> None:
    with pytest.raises(ValueError, match="no profiles of models") as error:
        FoundProfiles.from_text(text)
    assert names in str(error.value)


def test_what_is_wrong_is_named_in_one_short_line() -> None:
    many = "".join(f"k{number} = 1\n" for number in range(2_000))
    for wrong in ('[model.routes."\\u001b[31m\\nx"]\ncalls = 1\nz = 2', many):
        with pytest.raises(ValueError, match="no profiles of models") as error:
            FoundProfiles.from_text(f'version = 1\n[[model]]\nname = "x"\n{wrong}')
        assert str(error.value).isprintable()
        assert len(str(error.value)) < 200
