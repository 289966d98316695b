-- grant: Whether a workspace knows a type of block changes with every answer.
GRANT SELECT, INSERT, UPDATE ON block_type TO {role}

-- of_team: What is known of a workspace; `due` is what it refused so long ago that it may be asked again.
SELECT type, known, NOT known AND asked_at < now() - %(again)s AS due FROM block_type WHERE team = %(team)s

-- remember: What it said just now.
INSERT INTO block_type (team, type, known)
SELECT %(team)s, type, %(known)s FROM unnest(%(types)s::text[]) AS given (type)
ON CONFLICT (team, type) DO UPDATE SET known = excluded.known, asked_at = now()

-- ask_again: Whether the caller is the one who asks it again.
UPDATE block_type SET asked_at = now()
WHERE team = %(team)s AND type = %(type)s AND NOT known AND asked_at < now() - %(again)s
