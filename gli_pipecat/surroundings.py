"""Where in a pipeline we stand: which llms, which outputs, who is between, and whether that works.

Knows how Pipecat links processors, and nothing of frames. One private name of it, the function that a
`PipelineSink` hands frames to, since nothing else leads out of a nested or parallel pipeline. Must not
change anything: it looks once, before the first frame.
"""

from __future__ import annotations

from dataclasses import dataclass

from pipecat.processors.frame_processor import FrameProcessor

_PLACE = (
    "Put it right behind transport.output() and before the assistant aggregator: "
    "Pipeline([..., llm, transport.output(), InterruptResume(llm), assistant_aggregator])."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What is around a processor."""

    outputs: tuple[FrameProcessor, ...] = ()
    """Output transports on the way from an llm to us."""
    between: tuple[FrameProcessor, ...] = ()
    """Other processors on that way, whether before or behind an output."""
    is_last: bool = True
    """Nobody stands between the outputs and us."""
    error: str = ""
    """Why it cannot work here, and where to put it; "" if it can."""
    in_a_circle: bool = False
    """A frame that we push upstream comes to us again."""


def is_a(processor: object, name: str) -> bool:
    """Whether a processor is of a class of this name; says so without loading the class."""
    return any(kind.__name__ == name for kind in type(processor).__mro__)


def llms_in(llm: FrameProcessor) -> list[FrameProcessor]:
    """The Gemini Live services that an llm consists of: itself, or the members of a switcher or a
    pipeline."""
    if not isinstance(llm, FrameProcessor):
        raise TypeError(f"InterruptResume needs the llm of the pipeline, not {llm!r}")
    if not llm.processors:
        return [] if _is_another_service(llm) else [llm]
    found: list[FrameProcessor] = []
    for member in llm.processors:
        if member.processors:
            found += llms_in(member)
        elif is_a(member, "GeminiLiveLLMService"):
            found.append(member)
    return found


def _is_another_service(processor: FrameProcessor) -> bool:
    """Whether a processor is of Pipecat, or a service, and not Gemini Live. The app's own may stand in
    for it."""
    if is_a(processor, "GeminiLiveLLMService"):
        return False
    return is_a(processor, "AIService") or type(processor).__module__.startswith("pipecat.")


def look_around(us: FrameProcessor, llms: list[FrameProcessor]) -> Surroundings:
    """See where `us` stands between `llms` and the end of the pipeline."""
    if _leads_back(us):
        return Surroundings(
            error=f"it stands in this pipeline twice. Once is enough. {_PLACE}", in_a_circle=True
        )
    if not llms:
        return Surroundings(
            error="there is no Gemini Live service in the llm that it was given. Give it the "
            "GeminiLiveLLMService, or the LLMSwitcher or pipeline that contains it."
        )
    ways = [_behind(llm) for llm in llms]
    if not any(us in way for way in ways):
        return Surroundings(error=_misplaced(us, llms))
    way = _unique([one for way in ways if us in way for one in way if us in _behind(one)])
    aggregator = next((one for one in way if _is_aggregator(one)), None)
    if aggregator is not None:
        return Surroundings(
            error=f"it stands behind {aggregator}, which has already taken the text. {_PLACE}"
        )
    past_us = (one for llm in llms for one in _behind(llm, without=us))
    if any(_is_aggregator(one) for one in past_us):
        return Surroundings(
            error="what the llm says also goes past it, by another branch. Put it behind the "
            "ParallelPipeline, and before the assistant aggregator."
        )
    outputs = [one for one in way if is_a(one, "BaseOutputTransport")]
    if not outputs and any(is_a(one, "BaseOutputTransport") for one in _behind(us)):
        return Surroundings(error=f"it stands before the output transport. {_PLACE}")
    between = [one for one in way if one not in outputs and one not in llms and not _is_joint(one)]
    after = [one for one in between if any(one in _behind(output) for output in outputs)]
    return Surroundings(outputs=tuple(outputs), between=tuple(between), is_last=not after)


def _leads_back(us: FrameProcessor) -> bool:
    """Whether we come before ourselves, as a processor does that a pipeline has twice."""
    seen: list[FrameProcessor] = []
    before = us.previous
    while before is not None and not any(before is one for one in seen):
        seen.append(before)
        before = before.previous
    return any(us is one for one in seen)


def _misplaced(us: FrameProcessor, llms: list[FrameProcessor]) -> str:
    if any(llm in _behind(us) for llm in llms):
        return f"it stands before the llm. {_PLACE}"
    names = ", ".join(str(llm) for llm in llms)
    return (
        f"what {names} says does not come by here. {_PLACE} Each pipeline needs one InterruptResume of "
        "its own, with its own llm."
    )


def _is_joint(processor: FrameProcessor) -> bool:
    """Whether a processor only leads frames into, through or out of a pipeline."""
    return bool(processor.processors) or any(
        is_a(processor, name) for name in ("PipelineSource", "PipelineSink")
    )


def _is_aggregator(processor: FrameProcessor) -> bool:
    return is_a(processor, "LLMAssistantAggregator")


def _behind(
    processor: FrameProcessor, *, without: FrameProcessor | None = None
) -> list[FrameProcessor]:
    """All processors that frames of this one can reach downstream, the nearest first.

    Args:
        processor: Where they start.
        without: None of the ways leads through this one.
    """
    found: list[FrameProcessor] = []
    waiting = _next_of(processor, inside=False)
    while waiting:
        one = waiting.pop(0)
        if one is not without and not any(one is other for other in found):
            found.append(one)
            waiting += _next_of(one)
    return found


def _next_of(processor: FrameProcessor, *, inside: bool = True) -> list[FrameProcessor]:
    if inside and processor.processors:
        return list(processor.entry_processors)
    following = processor.next
    if following is not None:
        # Else that one was linked anew since, into another place.
        return [following] if following.previous is processor else []
    # The end of a pipeline, which may be part of another one.
    leads_to = getattr(getattr(processor, "_downstream_push_frame", None), "__self__", None)
    if isinstance(leads_to, FrameProcessor):
        return _next_of(leads_to, inside=False)
    return []


def _unique(processors: list[FrameProcessor]) -> list[FrameProcessor]:
    found: list[FrameProcessor] = []
    for one in processors:
        if not any(one is other for other in found):
            found.append(one)
    return found
