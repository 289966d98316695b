-- grant: Only added to.
GRANT SELECT, INSERT ON baseline TO {role}

-- insert: The result of a capture.
INSERT INTO baseline (number, environment, name, digest, document)
VALUES (%(number)s, %(environment)s, %(name)s, %(digest)s, %(document)s)
RETURNING *

-- by_number: One baseline.
SELECT * FROM baseline WHERE number = %(number)s

-- by_name: The environment's baseline with a name.
SELECT * FROM baseline WHERE environment = %(environment)s AND name = %(name)s

-- next: The next baselines after one, in order.
SELECT * FROM baseline WHERE number > %(after)s ORDER BY number LIMIT %(limit)s

-- overview: The newest baselines, of one environment or of all.
SELECT * FROM baseline WHERE %(environment)s::text IS NULL OR environment = %(environment)s
ORDER BY number DESC LIMIT %(limit)s

-- newest: The newest baselines of an environment.
SELECT * FROM baseline WHERE environment = %(environment)s ORDER BY number DESC LIMIT %(limit)s
