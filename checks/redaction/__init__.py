"""Taking secrets out of text: what in them is secret (`parts`), how it may be written (`shapes`), and finding that."""
