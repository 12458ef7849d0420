# shellcheck shell=bash
# Builds the stdenv itself: a few variables, then setup.sh. What depends on this derivation finds it as $stdenv/setup.

PATH=/usr/bin:/bin
mkdir "$out"
{
  echo "export SHELL=$shell"
  echo "initialPath='$initialPath'"
  echo "defaultNativeBuildInputs='$defaultNativeBuildInputs'"
  cat "$setup"
} >"$out/setup"
