-- grant: Only added to.
GRANT SELECT, INSERT ON evidence TO {role}

-- insert: Frozen evidence.
INSERT INTO evidence (digest, run, document) VALUES (%(digest)s, %(run)s, %(document)s)
