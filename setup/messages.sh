#!/bin/sh
# Collects the words for people from Python and templates, begins the language named (if any), and brings each
# language's file up to date. The collection itself is made anew each time and not kept in the repository.
set -eu
cd "$(dirname "$0")/.."
new=${1:-}
catalogue=intake/locale/messages.pot
mkdir -p intake/locale
.venv/bin/pybabel -q extract --mapping=setup/messages.cfg --keyword=lazy --keyword=_ --no-wrap --sort-by-file \
    --add-comments=Translators: --project=Backstory --version= --copyright-holder="Backstory contributors" \
    --omit-header --output="$catalogue" intake templates
if [ -n "$new" ] && [ ! -f "intake/locale/$new/LC_MESSAGES/messages.po" ]; then
    .venv/bin/pybabel -q init --input-file="$catalogue" --output-dir=intake/locale --locale="$new" --no-wrap
fi
for file in intake/locale/*/LC_MESSAGES/messages.po; do
    [ -f "$file" ] || continue
    language=$(basename "$(dirname "$(dirname "$file")")")
    .venv/bin/pybabel -q update --input-file="$catalogue" --output-file="$file" --locale="$language" \
        --no-wrap --no-fuzzy-matching --ignore-pot-creation-date
done
echo "$(grep -c '^msgid' "$catalogue") messages in $catalogue"
