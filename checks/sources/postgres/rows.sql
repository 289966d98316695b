SELECT CASE WHEN octet_length(line) <= {room} THEN line END
FROM (
    SELECT row_to_json(answer)::text AS line FROM (
{statement}
    ) AS answer LIMIT {most}
) AS lines
