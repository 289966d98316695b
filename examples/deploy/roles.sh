#!/bin/sh
# Run once by the PostgreSQL image, when it initializes an empty database: creates the role that the bot connects as.
set -eu
psql --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" --set ON_ERROR_STOP=1 --set password="$CANARY_BOT_PASSWORD" <<'SQL'
CREATE ROLE canary_bot LOGIN PASSWORD :'password';
SQL
