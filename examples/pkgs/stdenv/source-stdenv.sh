# shellcheck shell=bash
# First argument of every builder's bash: the attributes when structured, the stdenv, then the builder ($1).

# Nix 2.8 names the file by its place outside of the sandbox; inside, it is where the builder begins.
if [[ -n ${NIX_ATTRS_SH_FILE-} && -e $NIX_ATTRS_SH_FILE ]]; then
  . "$NIX_ATTRS_SH_FILE"
elif [[ -n ${NIX_ATTRS_SH_FILE-} && -e .attrs.sh ]]; then
  . ./.attrs.sh
fi
source "$stdenv/setup"
source "$1"
