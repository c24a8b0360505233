"""What is said to the developer: lines in the log, warnings, and failures by the name of what failed.

Sees nothing else of ours, so that every wing that does something in a process can say what goes
wrong in one way. Never repeats what people said above DEBUG, and never raises.
"""

from gemini_live_interrupt.saying.failures import app_failed, name_of, our_failure, text_of, what
from gemini_live_interrupt.saying.lines import Level, is_new, printable, say, say_once
from gemini_live_interrupt.saying.warning import InterruptResumeWarning, warn_once

__all__ = [
    "InterruptResumeWarning",
    "Level",
    "app_failed",
    "is_new",
    "name_of",
    "our_failure",
    "printable",
    "say",
    "say_once",
    "text_of",
    "warn_once",
    "what",
]
