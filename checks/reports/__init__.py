"""Reports that test runners leave behind."""
