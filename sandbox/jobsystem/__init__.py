"""The reference system, small but real: work is enqueued, dispatched, run and finished for 62 tenants."""

from sandbox.jobsystem.system import JobSystem

__all__ = ["JobSystem"]
