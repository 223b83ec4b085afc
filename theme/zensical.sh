#!/bin/sh
# Zensical, the successor of Material for MkDocs, builds the same pages. It runs no hooks: a staged copy has the files that
# our hooks would add, and formulas and figures come as Python-Markdown extensions. No gate; `make zensical`.
set -eu
stage=.cache/zensical
python=$stage/.venv/bin/python
test -x $python || {
  ${PYTHON:-python3} -m venv $stage/.venv
  $python -m pip install --quiet --disable-pip-version-check zensical==0.0.73 quickjs==1.19.4
}
rm -rf $stage/docs $stage/theme $stage/snippets $stage/results $stage/site
cp -R docs theme snippets results mkdocs.yml mkdocs.zh.yml $stage
mkdir -p $stage/bench && cp -R bench/report $stage/bench
ln -sfn "$PWD/node_modules" $stage/node_modules
rm $stage/theme/overrides/sitemap.xml $stage/theme/overrides/partials/search.html  # Zensical has its own
cp -R site/assets/katex $stage/theme/overrides/assets
for language in en zh; do
  config=$([ $language = en ] && echo mkdocs.yml || echo mkdocs.zh.yml)
  printf 'INHERIT: %s\nmarkdown_extensions: [formulas, figures]\n' "$config" > $stage/zensical.$language.yml
  cp -R snippets $stage/docs/$language/snippets
  (cd $stage && PYTHONPATH=theme/hooks .venv/bin/python -m zensical build --strict -f zensical.$language.yml)
done
echo "$stage/site"
