"""The content of each message: pure, from a run's dossier."""
