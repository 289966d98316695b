"""Redacts secrets in text: their secret parts (`parts`), possible encodings (`shapes`), and how to find them."""
