"""The capacity that follows from the load, and why."""

from __future__ import annotations

import unittest

from .autoscale import FLOOR, Load, next_capacity, target


class Autoscale(unittest.TestCase):
    def test_the_target_never_falls_below_the_floor(self) -> None:
        assert target(Load(active_workspaces=1)) == FLOOR

    def test_every_workspace_beyond_the_floor_counts(self) -> None:
        assert target(Load(active_workspaces=62)) == 3968

    def test_a_reached_target_is_held(self) -> None:
        assert next_capacity(1024, Load(active_workspaces=16)) == (1024, "hold_target_reached")

    def test_a_healthy_system_goes_up_by_one_step(self) -> None:
        assert next_capacity(1024, Load(active_workspaces=20)) == (1088, "ramp_step")

    def test_the_last_step_ends_at_the_target(self) -> None:
        assert next_capacity(1270, Load(active_workspaces=20)) == (1280, "ramp_step")

    def test_contention_halves_the_capacity(self) -> None:
        load = Load(active_workspaces=20, contended=True)
        assert next_capacity(2560, load) == (1280, "guardrail_step_down")

    def test_contention_never_goes_below_the_floor(self) -> None:
        load = Load(active_workspaces=20, contended=True)
        assert next_capacity(1100, load) == (FLOOR, "guardrail_step_down")

    def test_an_operators_override_wins(self) -> None:
        load = Load(active_workspaces=20, contended=True, pinned=1500)
        assert next_capacity(2048, load) == (1500, "operator_override")


if __name__ == "__main__":
    unittest.main()
