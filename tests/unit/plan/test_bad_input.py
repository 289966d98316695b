"""Each mistake gets one clear sentence with file, line, key, what was expected, and the nearest name."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from checks.units import known_units
from tests.unit.plan.plans import SOUND, with_

QUEUE_AGE = "environments.staging.checks.queue-age"
TESTS = "environments.staging.checks.tests"
DECIDE = "environments.staging.decide"
ROLLBACK = "environments.staging.rollback"
WATCH = "environments.staging.watch"

GATE = "kind: gate\n        source: repository\n        run: [npm, test]\n"
PROBE = 'kind: http.probe\n        source: staging-app\n        request: {path: /}\n        expect: ["last.status == 200"]\n'
LOOP = "{burst: {steps: [{active_workspaces: 20, expect: {reason_code: ramp_step}}]}}"
SCENARIO = '        scenarios: {burst: {clock: "2026-02-11T08:00:00", expect: [ramp_step]}}\n'
APPROVE = "approve: {release-managers: 1, platform: 1}"


def probe(old: str, new: str) -> str:
    return with_(GATE, PROBE.replace(old, new))


# the mistake -> (the text, what is said about it)
MISTAKES = {
    # ------------------------------------------------------------------ keys
    "a key that no section has": (
        with_("version: 1\n", "version: 1\nwatches: {}\n"),
        "2: watches: unknown key; known: alerts, environments, notify, people, sources, version",
    ),
    "a misspelt key": (
        with_("consecutive: 4", "consecutiv: 4"),
        f"19: {QUEUE_AGE}.consecutiv: unknown key; did you mean 'consecutive'?",
    ),
    "a misspelt key within a kind's own": (
        probe("path: /", "path: /, repeats: 2"),
        f"25: {TESTS}.request.repeats: unknown key; did you mean 'repeat'?",
    ),
    "a key that is missing": (
        with_("        owner: release-managers\n", ""),
        f"22: {TESTS}.owner: missing: who fixes it when it fails, and may waive it: a group under `people:`",
    ),
    "a key written twice": (
        with_("expires: 24h", "expires: 24h\n      expires: 12h"),
        f"31: {DECIDE}.expires: written twice, first on line 30",
    ),
    "a name of the wrong shape": (
        with_("  staging:\n", "  Staging Area:\n"),
        (
            "11: environments.Staging Area: expected a name of up to 40 lower-case letters, digits, - and _, "
            "like queue-age, not 'Staging Area'"
        ),
    ),
    # ------------------------------------------------------------------ kinds
    "an unknown kind": (
        with_("kind: jobs.queue_age", "kind: jobs.queue-age"),
        f"16: {QUEUE_AGE}.kind: expected a known kind, not 'jobs.queue-age'; did you mean 'jobs.queue_age'?",
    ),
    "an unknown kind of source": (
        with_("kind: postgres,", "kind: postgresql,"),
        "7: sources.staging-db.kind: expected a known kind, not 'postgresql'; did you mean 'postgres'?",
    ),
    "no kind": (
        with_("kind: workspace, ", ""),
        "9: sources.repository.kind: missing; expected one of github, http, loki, postgres, postgres.writer, prometheus, workspace",
    ),
    # ------------------------------------------------------------------ dangling names
    "an unknown owner": (
        with_("owner: release-managers", "owner: release-manager"),
        f"26: {TESTS}.owner: expected a group under people, not 'release-manager'; did you mean 'release-managers'?",
    ),
    "an owner like no other": (
        with_("owner: release-managers", "owner: finance"),
        f"26: {TESTS}.owner: expected a group under people, not 'finance'; known: on-call, platform, release-managers",
    ),
    "an unknown approver": (
        with_(APPROVE, "approve: {release-managers: 1, platfrom: 1}"),
        f"28: {DECIDE}.approve.platfrom: expected a group under people, not 'platfrom'; did you mean 'platform'?",
    ),
    "unknown people on call": (
        with_("on_call: on-call", "on_call: oncall"),
        f"34: {ROLLBACK}.on_call: expected a group under people, not 'oncall'; did you mean 'on-call'?",
    ),
    "an unknown owner of a task": (
        with_('throughput", owner: platform', 'throughput", owner: platfrom'),
        f"41: {WATCH}.checklist[0].owner: expected a group under people, not 'platfrom'; did you mean 'platform'?",
    ),
    "an unknown source": (
        with_("source: staging-db", "source: stagingdb"),
        f"17: {QUEUE_AGE}.source: expected the name of a source of kind postgres, not 'stagingdb'; did you mean 'staging-db'?",
    ),
    "a source of another kind": (
        with_("source: staging-db", "source: staging-app"),
        (
            f"17: {QUEUE_AGE}.source: expected a source of kind postgres, but 'staging-app' is of kind 'http'; "
            "did you mean 'staging-db'?"
        ),
    ),
    "no source": (
        with_("        source: staging-db\n", ""),
        f"15: {QUEUE_AGE}.source: missing; expected the name of a source of kind postgres; known: staging-db",
    ),
    "decisions without a source": (
        with_(GATE, 'kind: control.autoscale\n        window: 1h\n        decisions: "SELECT {{start}}"\n'),
        f"22: {TESTS}.source: missing; expected the name of a source of kind postgres; known: staging-db",
    ),
    "a source of scenarios that need none": (
        with_(GATE, f"kind: control.autoscale\n        source: staging-db\n        scenarios: {LOOP}\n"),
        f"24: {TESTS}.source: expected no source without decisions or signals",
    ),
    "an expected reason code that the loop does not have": (
        with_(GATE, f"kind: control.autoscale\n        scenarios: {LOOP.replace('ramp_step', 'ramp_up')}\n"),
        (
            f"24: {TESTS}.scenarios.burst.steps[0].expect.reason_code: expected 'operator_override', "
            "'guardrail_step_down', 'hold_target_reached', 'ramp_step' or 'hold_ramp_window', not 'ramp_up'"
        ),
    ),
    "a scenario at a time without a zone": (
        with_(GATE, GATE.replace("kind: gate", "kind: scenario") + SCENARIO),
        (
            f"26: {TESTS}.scenarios.burst.clock: expected a time with its zone, like 2026-02-11T08:00:00Z, "
            "not '2026-02-11T08:00:00'"
        ),
    ),
    "a trigger on an unknown check": (
        with_("{check: queue-age,", "{check: queue_age,"),
        (
            f"39: {WATCH}.triggers.queue-age.check: expected a check of this environment, not 'queue_age'; "
            "did you mean 'queue-age'?"
        ),
    ),
    "an unknown fallback": (
        with_("run: [npm, test]", "run: [npm, test]\n        fallback: queue_age"),
        (
            f"26: {TESTS}.fallback: expected another check of this environment, not 'queue_age'; "
            "did you mean 'queue-age'?"
        ),
    ),
    "a check that falls back on itself": (
        with_("run: [npm, test]", "run: [npm, test]\n        fallback: tests"),
        f"26: {TESTS}.fallback: expected no cycle of fallbacks: tests → tests",
    ),
    "an unknown name in a rollback step": (
        with_("{{previous_version}}", "{{previous_versoin}}"),
        (
            f"33: {ROLLBACK}.steps[0]: {{{{previous_versoin}}}} is not a value of this run; "
            "did you mean 'previous_version'?"
        ),
    ),
    "a previous version where runs have none": (
        with_("arguments: {version: {}}", "arguments: {commit: {}}"),
        (
            f"33: {ROLLBACK}.steps[0]: {{{{previous_version}}}} is not a value of this run; "
            "known: commit, environment, run"
        ),
    ),
    "braces that hold no name": (
        with_("{{previous_version}}", "{{previous-version}}"),
        (
            f"33: {ROLLBACK}.steps[0]: expected a name of lower-case letters, digits and _ between {{{{ and }}}}"
        ),
    ),
    "an argument that is not declared": (
        with_("run: [npm, test]", 'run: [npm, "{{verison}}"]'),
        f"25: {TESTS}.run[1]: {{{{verison}}}} is not a value of this run; did you mean 'version'?",
    ),
    "an argument that a run may lack": (
        with_("run: [npm, test]", 'run: [npm, "{{version}}"]'),
        (
            f"25: {TESTS}.run[1]: {{{{version}}}} needs a value in every run: "
            "make the argument required, or give it a default"
        ),
    ),
    "a secret that is not there": (
        with_("${CRON_SECRET}", "${CRON_SECRT}"),
        "8: sources.staging-app.bearer: the environment variable CRON_SECRT is not set",
    ),
    "a secret that is not there, in a header": (
        probe("path: /", 'path: /, headers: {X-Key: "${PROBE_KEY}"}'),
        f"25: {TESTS}.request.headers.X-Key: the environment variable PROBE_KEY is not set",
    ),
    "a password that is spelt out": (
        with_('dsn: "${STAGING_DSN}"', 'dsn: "postgresql://reader:hunter2@db/app"'),
        "7: sources.staging-db.dsn: expected the password as ${NAME}: packets show this file as it is",
    ),
    "a password that is spelt out among keywords": (
        with_('dsn: "${STAGING_DSN}"', 'dsn: "host=db user=reader password = hunter2"'),
        "7: sources.staging-db.dsn: expected the password as ${NAME}: packets show this file as it is",
    ),
    "a token that is spelt out": (
        with_('bearer: "${CRON_SECRET}"', "bearer: hunter2"),
        "8: sources.staging-app.bearer: expected the value as ${NAME}: packets show this file as it is",
    ),
    "a key that is spelt out in a header": (
        with_('bearer: "${CRON_SECRET}"', "headers: {X-Api-Key: hunter2}"),
        "8: sources.staging-app.headers.X-Api-Key: expected the value of X-Api-Key as ${NAME}: packets show this file as it is",
    ),
    # ------------------------------------------------------------------ limits and expectations
    "a limit in another unit": (
        with_('"< 180s"', '"< 180%"'),
        f"20: {QUEUE_AGE}.pass.p95: limit '< 180%' is in %, but p95 is measured in s",
    ),
    "a unit that there is not": (
        with_('"< 180s"', '"< 180 sec"'),
        (
            f"20: {QUEUE_AGE}.pass.p95: expected a number with no unit or one of {known_units()}, the name of another "
            "reading, or words in quotes after the comparison, not '< 180 sec'"
        ),
    ),
    "a misspelt reading": (
        with_("{p95:", "{p59:"),
        f"20: {QUEUE_AGE}.pass.p59: no reading is called 'p59', expected one of due, max, p95, started, started_max, started_p95; did you mean 'p95'?",
    ),
    "a clean tree where no check tests one": (
        probe("", "").replace("    channel: C0RELEASES\n", "    channel: C0RELEASES\n    tree: clean\n"),
        "13: environments.staging.tree: no check here tests a tree that could be clean; expected one of kind scenario or gate",
    ),
    "a tree that is neither": (
        with_("    channel: C0RELEASES\n", "    channel: C0RELEASES\n    tree: dirty\n"),
        "13: environments.staging.tree: expected 'any' or 'clean', not 'dirty'",
    ),
    "windows of no length": (
        with_("        consecutive: 4\n", "").replace("window: 30m", "window: 0s"),
        f"18: {QUEUE_AGE}.window: expected a duration longer than 0s",
    ),
    "a misspelt name in an expectation": (
        probe("last.status", "lst.status"),
        f"26: {TESTS}.expect[0]: no name is called 'lst', expected one of first, last, responses; did you mean 'last'?",
    ),
    # ------------------------------------------------------------------ decisions that cannot be made
    "more votes than people": (
        with_(APPROVE, "approve: {release-managers: 3}"),
        f"28: {DECIDE}.approve.release-managers: 3 different people in release-managers are needed to approve, but there are 2",
    ),
    "more votes than people in two groups together": (
        with_(APPROVE, "approve: {release-managers: 2, on-call: 1}").replace("U03RAJ", "U02BEN"),
        f"28: {DECIDE}.approve: 3 different people in release-managers and on-call are needed to approve, but there are 2",
    ),
    "nobody to approve": (
        with_(APPROVE, "approve: {}"),
        f"28: {DECIDE}.approve: expected 1 or more entries, not 0",
    ),
    "no vote at all": (
        with_(APPROVE, "approve: {platform: 0}"),
        f"28: {DECIDE}.approve.platform: expected at least 1, not 0",
    ),
    "a deadline out of bounds": (
        with_("expires: 24h", "expires: 90d"),
        f"30: {DECIDE}.expires: expected 1m to 30d, not 90d",
    ),
    "a reminder after the deadline": (
        with_("expires: 24h", "expires: 24h\n      remind_before: [1h, 25h]"),
        f"31: {DECIDE}.remind_before: expected 1m to 1d, not 1d1h",
    ),
    "a reminder twice": (
        with_("expires: 24h", "expires: 24h\n      remind_before: [1h, 60m]"),
        f"31: {DECIDE}.remind_before: expected different times",
    ),
    "quiet hours that are none": (
        with_("version: 1\n", 'version: 1\nnotify: {quiet: "10pm-7am"}\n'),
        "2: notify.quiet: expected two times of day, like 22:00-07:00, not '10pm-7am'",
    ),
    "quiet hours without end": (
        with_("version: 1\n", 'version: 1\nnotify: {quiet: "07:00-07:00"}\n'),
        "2: notify.quiet: expected two different times of day, like 22:00-07:00",
    ),
    "a misspelt time zone": (
        with_("version: 1\n", "version: 1\nnotify: {time_zone: Europe/Berln}\n"),
        "2: notify.time_zone: expected an IANA name like Europe/Berlin, not 'Europe/Berln'; did you mean 'Europe/Berlin'?",
    ),
    "looks rarer than the watch is long": (
        with_("every: 1m", "every: 3h"),
        f"37: {WATCH}.every: expected 1s to 2h, not 3h",
    ),
    "no people in a group": (
        with_("[U03RAJ]", "[]"),
        "5: people.on-call.members: expected 1 or more entries, not 0",
    ),
    "a name where an id belongs": (
        with_("[U03RAJ]", '["@raj"]'),
        (
            "5: people.on-call.members[0]: expected the id of a Slack user (U… or W…) or user group (S…), like U01ANA, "
            "not '@raj'"
        ),
    ),
    "a channel's name where its id belongs": (
        with_("C0RELEASES", '"#releases"'),
        (
            "12: environments.staging.channel: expected the id of a Slack channel (C… or G…, not its #name), "
            "like C0RELEASES, not '#releases'"
        ),
    ),
    "a text that YAML takes for a comment": (
        with_("C0RELEASES", "#releases"),
        (
            "12: environments.staging.channel: expected text, not nothing; "
            "a # begins a comment: put text with one in quotes"
        ),
    ),
    "a pattern that is none": (
        with_("version: {}", 'version: {pattern: "(a"}'),
        (
            "13: environments.staging.arguments.version.pattern: expected a regular expression (RE2), not '(a': "
            "missing ): (a"
        ),
    ),
    "a default that its pattern refuses": (
        with_("version: {}", 'version: {pattern: "[0-9]+", default: abc}'),
        "13: environments.staging.arguments.version.default: expected a value that matches [0-9]+, not 'abc'",
    ),
    "a default of what is always given": (
        with_("version: {}", "version: {required: true, default: abc}"),
        "13: environments.staging.arguments.version.default: expected no default: a required argument is always given",
    ),
    # ------------------------------------------------------------------ YAML's own traps
    "no, which is no boolean": (
        with_("separate_duties: true", "separate_duties: no"),
        f"29: {DECIDE}.separate_duties: expected true or false, not 'no'",
    ),
    "12:30, which is no duration": (
        with_("window: 30m", "window: 12:30"),
        f"18: {QUEUE_AGE}.window: expected a duration with its unit, like 30s, 15m, 24h or 7d, not '12:30'",
    ),
    "a duration without its unit": (
        with_("window: 30m", "window: 30"),
        f"18: {QUEUE_AGE}.window: expected a duration with its unit, like 30s, 15m, 24h or 7d, not 30",
    ),
    "text that reads as a number": (
        with_('"Pin the capacity"', "1.42"),
        f"32: {ROLLBACK}.mitigation: expected text, not 1.42; put it in quotes",
    ),
    "true, which is no number": (
        with_("breach: 3", "breach: true"),
        f"39: {WATCH}.triggers.queue-age.breach: expected a whole number, not true",
    ),
    "text where a list belongs": (
        with_("run: [npm, test]", "run: npm test"),
        f"25: {TESTS}.run: expected a list, not 'npm test'; write [npm test]",
    ),
    "a section left empty": (
        SOUND.replace(SOUND[SOUND.index("      queue-age:") : SOUND.index("    decide:")], ""),
        "14: environments.staging.checks: expected a mapping, not nothing",
    ),
    "a later version": (with_("version: 1\n", "version: 2\n"), "1: version: expected 1, not 2"),
    "a tab": (with_("  staging:\n", "\tstaging:\n"), "11: expected spaces: a tab cannot indent YAML"),
    "a bracket left open": (
        with_("[npm, test]", "[npm, test"),
        "26: expected a comma or the closing ] of the [ on line 25, like [a, b]",
    ),
    "an anchor": (
        with_("window: 30m", "window: &half 30m"),
        f"18: {QUEUE_AGE}.window: expected no anchor (&half): aliases are not used here",
    ),
    "an alias": (
        with_("expires: 24h", "expires: *half"),
        f"30: {DECIDE}.expires: expected a value, not the alias *half: write it out",
    ),
    "a bomb of aliases": (
        "a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\n",
        "1: a: expected no anchor (&a): aliases are not used here",
    ),
    "a tag that would run code": (
        with_("version: 1", 'version: !!python/object/apply:os.system ["id"]'),
        "1: version: expected no tag (tag:yaml.org,2002:python/object/apply:os.system)",
    ),
    "a list as a key": (with_("version: 1\n", "? [a, b]\n: 1\n"), "1: expected a name as the key"),
    "brackets without end": ("version: " + "[" * 100_000, "1: expected at most 20 levels"),
    "levels without end": (
        "".join("  " * level + "a:\n" for level in range(200)),
        "22: a.a: expected at most 20 levels",
    ),
    "infinity": (
        with_("consecutive: 4", "consecutive: .inf"),
        f"19: {QUEUE_AGE}.consecutive: expected a number up to 9,007,199,254,740,991, not .inf",
    ),
    "a number of many digits": (
        with_("consecutive: 4", "consecutive: 99999999999999999999"),
        f"19: {QUEUE_AGE}.consecutive: expected a number up to 9,007,199,254,740,991, not 99999999999999999999",
    ),
    "a control character": (
        with_("Pin the capacity", "Pin \x07 it"),
        "32: expected no control characters",
    ),
    "an escaped control character": (
        with_("Pin the capacity", "Pin \\0 it"),
        f"32: {ROLLBACK}.mitigation: expected no control characters",
    ),
    "half a surrogate pair": (
        with_("Pin the capacity", "Pin \\ud800 it"),
        f"32: {ROLLBACK}.mitigation: expected no control characters",
    ),
    "a placeholder without quotes": (
        with_('"Pin the capacity"', "{{version}}"),
        f'32: {ROLLBACK}.mitigation: expected a name as the key; put text with {{{{…}}}} in quotes: "{{{{version}}}}"',
    ),
    "a placeholder without quotes in a list": (
        with_("[npm, test]", "[npm, to {{version}}]"),
        (
            "25: expected a comma or the closing ] of the [ on this line, like [a, b]; "
            'put text with {{…}} in quotes: "{{version}}"'
        ),
    ),
    "a limit without quotes, read as a tag": (
        with_('"< 180s"', "!= 3"),
        f'20: {QUEUE_AGE}.pass.p95: expected no tag (!=); put it in quotes: "!= 3"',
    ),
    "a limit without quotes or space, read as a tag": (
        with_('{p95: "< 180s"}', "\n          p95: !=3"),
        f'21: {QUEUE_AGE}.pass.p95: expected no tag (!=3); put it in quotes: "!=3"',
    ),
    "a limit without quotes, read as a folded text": (
        with_('{p95: "< 180s"}', "\n          p95: > 3"),
        ('21: expected nothing after > or |, which begins text on the lines below; put it in quotes: "> 3"'),
    ),
    "a limit without quotes or space, read as a folded text": (
        with_('{p95: "< 180s"}', "\n          p95: >3"),
        (
            f"21: {QUEUE_AGE}.pass.p95: expected text after >, which begins folded text; "
            'put it in quotes: ">3"'
        ),
    ),
    "a limit without quotes in braces": (
        with_('"< 180s"', ">= 3s"),
        ('20: expected text that does not begin with >; put it in quotes: ">= 3s"'),
    ),
    "a handle without quotes": (
        with_("[U03RAJ]", "[@raj, U03RAJ]"),
        ('5: expected text that does not begin with @; put it in quotes: "@raj"'),
    ),
    "a colon within a text": (
        with_('"Pin the capacity"', "Pin: the capacity"),
        "32: expected one key and its value on a line; put text with a colon and a space in quotes",
    ),
    "a pattern in double quotes": (
        with_("run: [npm, test]", 'run: [npm, test]\n        success: "\\d+"'),
        (
            "26: expected an escape like \\n after the backslash in double quotes, not \\d; "
            "put text with backslashes in single quotes"
        ),
    ),
    "an indent of a no-break space": (
        with_("        window: 30m", "\u00a0       window: 30m"),
        "18: expected ordinary spaces: this line has a no-break or zero-width space, probably from pasted text",
    ),
    "a no-break space after a key": (
        with_("window: 30m", "window:\u00a030m"),
        "18: expected ordinary spaces: this line has a no-break or zero-width space, probably from pasted text",
    ),
    "two documents": (SOUND + "---\nversion: 1\n", "42: expected one document per file"),
    "an older YAML": ("%YAML 1.1\n---\n" + SOUND, "2: expected YAML 1.2"),
    "a list": ("- a\n- b\n", "1: expected a mapping, not a list"),
    "a word": ("hello\n", "1: expected a mapping, not 'hello'"),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_gets_one_sentence_with_its_line(
    mistake: str, problems: Callable[[str], list[str]]
) -> None:
    text, said = MISTAKES[mistake]
    assert problems(text) == [f"canary.yaml:{said}"]


@pytest.mark.parametrize("text", ["", "# nothing yet\n", "\n\n"])
def test_an_empty_file_is_answered_with_what_belongs_there(
    text: str, problems: Callable[[str], list[str]]
) -> None:
    assert problems(text) == ["canary.yaml: empty; expected version, people, sources and environments"]


def test_a_file_of_5_mb_is_refused_unread(problems: Callable[[str], list[str]]) -> None:
    text = "# " + "x" * 5_000_000
    assert problems(text) == [
        "canary.yaml: expected at most 1,000,000 bytes; split it into a folder of files"
    ]


def test_a_file_that_is_not_utf_8_is_reported_with_its_line(problems: Callable[[bytes], list[str]]) -> None:
    assert problems(SOUND.encode().replace(b"Pin the", b"Pin \xff")) == [
        "canary.yaml:32: expected UTF-8: save the file as UTF-8 (it may be Windows-1252)"
    ]


def test_all_problems_are_reported_at_once_in_the_order_of_the_lines(
    problems: Callable[[str], list[str]],
) -> None:
    text = (
        SOUND.replace("${CRON_SECRET}", "${CRON_SECRT}")
        .replace("consecutive: 4", "consecutiv: 4")
        .replace("owner: release-managers", "owner: finance")
        .replace("expires: 24h", "expires: soon")
        .replace("on_call: on-call", "on_call: oncall")
        .replace("{{previous_version}}", "{{previous}}")
        .replace("breach: 3", "breach: 0")
    )
    assert [problem.split(": ")[0:2] for problem in problems(text)] == [
        ["canary.yaml:8", "sources.staging-app.bearer"],
        ["canary.yaml:19", f"{QUEUE_AGE}.consecutiv"],
        ["canary.yaml:26", f"{TESTS}.owner"],
        ["canary.yaml:30", f"{DECIDE}.expires"],
        ["canary.yaml:33", f"{ROLLBACK}.steps[0]"],
        ["canary.yaml:34", f"{ROLLBACK}.on_call"],
        ["canary.yaml:39", f"{WATCH}.triggers.queue-age.breach"],
    ]


def test_a_cycle_of_fallbacks_is_reported_once(problems: Callable[[str], list[str]]) -> None:
    text = SOUND.replace("run: [npm, test]", "run: [npm, test]\n        fallback: queue-age")
    text = text.replace("consecutive: 4", "consecutive: 4\n        fallback: tests")
    assert problems(text) == [
        f"canary.yaml:20: {QUEUE_AGE}.fallback: expected no cycle of fallbacks: queue-age → tests → queue-age"
    ]


def test_the_quorum_of_a_user_group_is_not_checked(problems: Callable[[str], list[str]]) -> None:
    """Only Slack knows its members, and they change."""
    assert problems(with_(APPROVE, "approve: {platform: 5}")) == []


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (SOUND.encode("utf-16"), "canary.yaml:1: expected UTF-8, but this is UTF-16: save the file as UTF-8"),
        (
            SOUND.replace("Pin the", "Größe").encode("cp1252"),
            "canary.yaml:32: expected UTF-8: save the file as UTF-8 (it may be Windows-1252)",
        ),
        (
            b"\x00\x05\x16\x07\x00\x02\x00\x00Mac OS X        \xff",
            "canary.yaml:1: not YAML, but macOS metadata for the file of that name: delete it",
        ),
    ],
)
def test_a_file_in_another_encoding_is_reported_with_its_encoding(
    content: bytes, said: str, problems: Callable[[bytes], list[str]]
) -> None:
    assert problems(content) == [said]


@pytest.mark.parametrize(
    "change", [lambda text: text.replace("\n", "\r\n"), lambda text: "\ufeff" + text, str.rstrip]
)
def test_byte_order_marks_and_line_endings_make_no_difference(
    change: Callable[[str], str], problems: Callable[[bytes], list[str]]
) -> None:
    assert problems(change(SOUND).encode()) == []


@pytest.mark.parametrize("text", ["Durée : 5\u00a0min", "a\u200db"])
def test_an_unusual_space_within_a_text_is_left_alone(
    text: str, problems: Callable[[str], list[str]]
) -> None:
    assert problems(with_("Pin the capacity", text)) == []
