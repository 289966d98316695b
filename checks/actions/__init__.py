"""What may be done to the systems under test, on a person's word and at most once; everything else here only measures."""
