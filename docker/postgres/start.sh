#!/bin/sh
# Makes the password of the service's role at the first start: random, so that nobody has to choose one and none is
# written in a file of the repository. A volume carries it to the service, together with where the database is.
set -eu
settings=/run/latchkey/settings.env

if [ -s "$settings" ]; then
  . "$settings"
else
  DATABASE_PASSWORD=$(tr -d - </proc/sys/kernel/random/uuid)
fi
{
  echo "DATABASE_PASSWORD=$DATABASE_PASSWORD"
  echo "DATABASE_URL=postgresql://latchkey:$DATABASE_PASSWORD@$DATABASE_HOST/latchkey"
  echo "DATABASE_DIRECT_URL=postgresql://latchkey:$DATABASE_PASSWORD@postgres:5432/latchkey"
} >"$settings.new"
mv "$settings.new" "$settings"

export DATABASE_PASSWORD
exec docker-entrypoint.sh "$@"
