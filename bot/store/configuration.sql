-- grant: Only added to.
GRANT SELECT, INSERT ON configuration TO {role}

-- keep: Store what a run starts with. The digest identifies the content, so it is stored once.
INSERT INTO configuration (digest, document) VALUES (%(digest)s, %(document)s) ON CONFLICT DO NOTHING

-- by_digest: What a run was started with.
SELECT document FROM configuration WHERE digest = %(digest)s
