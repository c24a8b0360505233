"""Enabling before, after and while google-genai is imported."""

from __future__ import annotations

from wrapped_classes import in_a_fresh_process


def test_enabling_before_google_genai_is_imported() -> None:
    out = in_a_fresh_process(
        """
        import sys
        from gemini_live_interrupt import enable_interrupt_resume, disable_interrupt_resume
        enable_interrupt_resume()
        print("google.genai.live" in sys.modules)
        from google.genai import live
        print(hasattr(live.AsyncSession._receive, "__wrapped__"))
        disable_interrupt_resume()
        print(hasattr(live.AsyncSession._receive, "__wrapped__"))
        """
    )
    assert out.split() == ["False", "True", "False"]


def test_disabled_before_google_genai_is_imported_wraps_nothing() -> None:
    out = in_a_fresh_process(
        """
        from gemini_live_interrupt import enable_interrupt_resume, disable_interrupt_resume
        enable_interrupt_resume()
        disable_interrupt_resume()
        from google.genai import live
        print(hasattr(live.AsyncSession._receive, "__wrapped__"))
        enable_interrupt_resume()
        print(hasattr(live.AsyncSession._receive, "__wrapped__"))
        """
    )
    assert out.split() == ["False", "True"]


def test_enabling_while_another_thread_imports_google_genai() -> None:
    out = in_a_fresh_process(
        """
        import sys, threading, time, warnings
        warnings.simplefilter("error")
        from gemini_live_interrupt import enable_interrupt_resume
        def load():
            import google.genai.live
        thread = threading.Thread(target=load)
        thread.start()
        while "google.genai.live" not in sys.modules:
            time.sleep(0.0005)
        enable_interrupt_resume()
        thread.join()
        from google.genai import live
        print(hasattr(live.AsyncSession._receive, "__wrapped__"), type(vars(live.AsyncLive)["connect"]).__name__)
        """
    )
    assert out.split() == ["True", "Wrapper"]


def test_importing_the_library_imports_nothing_optional() -> None:
    out = in_a_fresh_process(
        """
        import sys, gemini_live_interrupt
        print([name for name in ("google.genai", "pipecat", "numpy", "websockets", "redis", "rich", "trustme")
               if name in sys.modules])
        """
    )
    assert out == "[]"
