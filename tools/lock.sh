#!/bin/sh
# Compile the requirement files: one version set for every supported Python, with hashes and without any address.
set -eu
cd "$(dirname "$0")/.."
compile() {
    uv pip compile --quiet --universal --python-version 3.11 --fork-strategy fewest \
        --generate-hashes --no-emit-index-url --no-header "$@"
}
compile pyproject.toml requirements/build.in --output-file requirements/run.txt
compile pyproject.toml requirements/build.in requirements/test.in -c requirements/run.txt --output-file requirements/test.txt
compile requirements/docs.in -c requirements/test.txt --output-file requirements/docs.txt
compile requirements/node.in -c requirements/test.txt --output-file requirements/node.txt
