#!/bin/sh
# Takes the password of the service's role from where PostgreSQL keeps it.
set -eu
. /run/latchkey/settings.env
umask 077
printf '"latchkey" "%s"\n' "$DATABASE_PASSWORD" >/tmp/userlist.txt
exec pgbouncer /latchkey/pgbouncer.ini
