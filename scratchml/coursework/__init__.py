"""coursework: assignments that grade themselves, on the algorithms of this package.

Read in this order: ``assignment.py`` (what a folder of ``assignments/`` holds), ``checking.py`` (the words a check is
written in), ``comparing.py``, ``grading.py`` (a file in, verdicts out), ``sandbox.py`` and ``child.py`` (the
student's code runs in a process of its own), ``shrinking.py``, ``diagnosing.py``, ``reporting.py``. On the command
line: ``scratchml course --help``.
"""

from .assignment import Assignment, assignments, find_assignment
from .grading import Report, Verdict, grade
from .sandbox import Limits, Sandbox
from .watching import animate

__all__ = ["Assignment", "Limits", "Report", "Sandbox", "Verdict", "animate", "assignments", "find_assignment", "grade"]
