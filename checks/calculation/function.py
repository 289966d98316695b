"""The functions that child processes can run; each value is a module and a function.

A function takes `given`, parsed from JSON, and an iterator of blobs. It returns a JSON value, or raises CheckError.
Its module imports as little as it can: a child should start fast and stay small.
"""

from __future__ import annotations

import enum


class Function(enum.StrEnum):
    """`subject`: the name of the data in messages; `advice`: what to do if it exceeds the limits."""

    READ_RESPONSES = "checks.responses:read"
    COUNT_REPORT = "checks.reports.junit:count"
    READ_REPORT = "checks.reports.formats:read"
    COUNT_REASONS = "checks.logs.counting:count"
    FIND_IN_OUTPUT = "checks.search:find"
    LAST_IN_OUTPUT = "checks.search:last"
    CLASSIFY_FAILURE = "checks.failure:classified"
    COMPARE_DECISIONS = "checks.simulation.verdict:compare"
    FIRST_DIFFERENCE = "checks.simulation.verdict:first_difference"
    READ_SCENARIOS = "checks.simulation.verdict:read"

    @property
    def subject(self) -> str:
        return _SUBJECTS.get(self, "what the program printed")

    @property
    def advice(self) -> str:
        return _ADVICE.get(self, "Make the patterns under success and read simpler, or print less.")


_SUBJECTS = {
    Function.READ_RESPONSES: "what was answered",
    Function.COUNT_REPORT: "the test report",
    Function.READ_SCENARIOS: "the scenario files",
    Function.READ_REPORT: "the report",
    Function.COUNT_REASONS: "the log",
}
_ADVICE = {
    Function.READ_RESPONSES: "Ask for a smaller answer, or make the expressions simpler.",
    Function.COMPARE_DECISIONS: "Make the scenario shorter, or its invariants simpler.",
    Function.READ_SCENARIOS: "Make fewer files match, or smaller ones.",
    Function.READ_REPORT: "Leave the output of tests out of it, or write several smaller files.",
    Function.COUNT_REASONS: "Shorten the window, or select fewer lines.",
    Function.COUNT_REPORT: "Leave the output of tests out of it, or write several smaller files.",
}
