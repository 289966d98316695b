-- grant: Whether a workspace knows a type of block can change with every response.
GRANT SELECT, INSERT, UPDATE ON block_type TO {role}

-- of_team: The known types of a workspace; `due` ones were refused long enough ago to be tried again.
SELECT type, known, NOT known AND asked_at < now() - %(again)s AS due FROM block_type WHERE team = %(team)s

-- remember: Store the latest result.
INSERT INTO block_type (team, type, known)
SELECT %(team)s, type, %(known)s FROM unnest(%(types)s::text[]) AS given (type)
ON CONFLICT (team, type) DO UPDATE SET known = excluded.known, asked_at = now()

-- ask_again: Claim the retry. Returns a row to one caller only.
UPDATE block_type SET asked_at = now()
WHERE team = %(team)s AND type = %(type)s AND NOT known AND asked_at < now() - %(again)s
