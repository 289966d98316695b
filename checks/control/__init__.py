"""Control loops as models: pure functions of policy, state, signals and time, replayed over scenarios and telemetry."""
