"""What every other part needs: errors, text, canonical JSON, logs, tasks."""
