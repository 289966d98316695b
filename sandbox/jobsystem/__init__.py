"""The sample job system, small but real: jobs of 62 tenants are enqueued, dispatched, run and finished."""

from sandbox.jobsystem.system import JobSystem

__all__ = ["JobSystem"]
