#!/bin/sh
# Collects the words for people from Python and templates, and brings each language's file up to date.
set -eu
cd "$(dirname "$0")/.."
catalogue=intake/locale/messages.pot
mkdir -p intake/locale
.venv/bin/pybabel -q extract --mapping=setup/messages.cfg --keyword=lazy --keyword=_ --no-wrap --sort-by-file \
    --add-comments=Translators: --project=Backstory --version= --copyright-holder="Backstory contributors" \
    --omit-header --output="$catalogue" intake templates
for file in intake/locale/*/LC_MESSAGES/messages.po; do
    [ -f "$file" ] || continue
    language=$(basename "$(dirname "$(dirname "$file")")")
    .venv/bin/pybabel -q update --input-file="$catalogue" --output-file="$file" --locale="$language" \
        --no-wrap --no-fuzzy-matching --ignore-pot-creation-date
done
echo "$(grep -c '^msgid' "$catalogue") messages in $catalogue"
