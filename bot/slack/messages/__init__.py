"""What each message says: pure, from a run's dossier."""
