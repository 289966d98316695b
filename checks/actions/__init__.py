"""What may be done to the systems under test, on request by a person and at most once; everything else here
only measures.
"""
