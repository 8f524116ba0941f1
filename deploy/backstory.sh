#!/bin/sh
# /usr/local/sbin/backstory: a command of Backstory as the service would run it, as root:   backstory check
# As the user, with the settings, the keys and the database of backstory.service.
set -eu
unit=backstory-command-$$
set -- /opt/backstory/bin/backstory "$@"
# With PostgreSQL its address is a secret of its own.
if [ -f /etc/backstory/secrets/database_url ]; then
    set -- --property=LoadCredential=database_url:/etc/backstory/secrets/database_url \
        --setenv="BACKSTORY_DATABASE_URL_FILE=/run/credentials/$unit.service/database_url" "$@"
fi
# Where somebody sits in front of it, it may ask.
if [ -t 0 ]; then attached=--pty; else attached=--pipe; fi
exec systemd-run --quiet --wait --collect "$attached" --unit="$unit" \
    --property=User=backstory --property=UMask=0077 --property=EnvironmentFile=/etc/backstory/settings \
    --setenv=BACKSTORY_MODE=production --setenv=BACKSTORY_DATA_DIR=/var/lib/backstory \
    --setenv=BACKSTORY_KEY_FILE=/var/lib/backstory-keys/keys.json "$@"
