"""A correct canary.yaml to make variants of, and the environment that its secrets come from."""

from __future__ import annotations

from textwrap import dedent

ENVIRON = {"STAGING_DSN": "postgresql://reader:hunter2-hunter2@db/app", "CRON_SECRET": "hush-hush-hush"}

SOUND = dedent("""\
    version: 1
    people:
      release-managers: {members: [U01ANA, U02BEN]}
      platform: {members: [S0PLATFORM]}
      on-call: {members: [U03RAJ]}
    sources:
      staging-db: {kind: postgres, dsn: "${STAGING_DSN}", tables: [BackgroundJob]}
      staging-app: {kind: http, base_url: "https://staging.example.com", bearer: "${CRON_SECRET}"}
      repository: {kind: workspace, path: /srv/app}
    environments:
      staging:
        channel: C0RELEASES
        arguments: {version: {}}
        checks:
          queue-age:
            kind: jobs.queue_age
            source: staging-db
            window: 30m
            consecutive: 4
            pass: {p95: "< 180s"}
            owner: platform
          tests:
            kind: gate
            source: repository
            run: [npm, test]
            owner: release-managers
        decide:
          approve: {release-managers: 1, platform: 1}
          separate_duties: true
          expires: 24h
        rollback:
          mitigation: "Pin the capacity"
          steps: ["Promote {{previous_version}} in the dashboard"]
          on_call: on-call
        watch:
          for: 2h
          every: 1m
          triggers:
            queue-age: {check: queue-age, breach: 3, prompt: "Look at lastError"}
          checklist:
            - {item: "Compare throughput", owner: platform, due: 1h}
    """)


def with_(old: str, new: str) -> str:
    """The correct configuration with one passage replaced, which must occur exactly once."""
    assert SOUND.count(old) == 1, old
    return SOUND.replace(old, new)
