#!/bin/sh
# Makes the password of the service's role at the first start: random, so that nobody has to choose one and none is
# written in a file of the repository. A volume carries it to the service.
set -eu
settings=/run/latchkey/settings.env

if [ ! -s "$settings" ]; then
  password=$(tr -d - </proc/sys/kernel/random/uuid)
  {
    echo "DATABASE_PASSWORD=$password"
    echo "DATABASE_URL=postgresql://latchkey:$password@postgres:5432/latchkey"
  } >"$settings.new"
  mv "$settings.new" "$settings"
fi

. "$settings"
export DATABASE_PASSWORD
exec docker-entrypoint.sh "$@"
