-- insert: Frozen evidence.
INSERT INTO evidence (digest, run, document) VALUES (%(digest)s, %(run)s, %(document)s)

-- by_digest: The evidence that votes are bound to.
SELECT digest, document, frozen_at FROM evidence WHERE digest = %(digest)s
