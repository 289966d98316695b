SELECT CASE WHEN octet_length(line) <= {room} THEN line END
FROM (
    SELECT row_to_json("a check's answer")::text AS line FROM (
{statement}
    ) AS "a check's answer" LIMIT {most}
) AS lines
