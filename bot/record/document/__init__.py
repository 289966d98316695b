"""A packet as people read it: what it says, and how that is written as Markdown or as a page. Pure."""
