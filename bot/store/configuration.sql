-- grant: Only added to.
GRANT SELECT, INSERT ON configuration TO {role}

-- keep: Remember what a run starts with; the digest is the content, so once is enough.
INSERT INTO configuration (digest, document) VALUES (%(digest)s, %(document)s) ON CONFLICT DO NOTHING

-- by_digest: What a run was started with.
SELECT document FROM configuration WHERE digest = %(digest)s
