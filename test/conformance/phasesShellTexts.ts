/** Bash texts that give a shell an odd state and write it down, and what else tests of lasting sessions share. */
import { execFileSync } from 'node:child_process';
import { onDisk } from '../support/nixEnvironment';

/** All that a shell is made of, in a file of the build directory. */
export const dump = String.raw`
  out_=$NIX_BUILD_TOP/../$1; mkdir -p $out_
  declare -p | grep -vE '^declare -[^ ]+ (BASH_[A-Z0]+|BASHPID|PPID|EPOCH[A-Z]+|S?RANDOM|SECONDS|LINENO|_|out_|__phasewise_.*|FUNCNAME|startTime|endTime)(=|$)' > $out_/variables
  declare -f | grep -v '__phasewise' > $out_/functions
  declare -F | grep -v '__phasewise' > $out_/names || :
  { shopt -p; set +o; umask; pwd; trap -p | grep USR1 || :; alias -p; dirs -l -p; env | grep -v '^_=' | sort; } > $out_/rest
`;
/** Sets all kinds of state that bash has. */
export const oddState = String.raw`
  shopt -s extglob
  declare -g odd=$'a\tb\n"quoted" $dollar \\ \x27 \377'; declare -ga holes=([3]=a [7]="b c" [9]=); declare -gA map=(["a]b"]=1 [$'n\nl']='x$y' [e]=)
  declare -ga empty=(); declare -gi number=4+4; declare -gr fixed=1; declare -gn reference=holes; declare -gu upper=abc; declare -g unset; export EXPORTED=yes
  fromPhase() { cat <<END
here $1 'quoted'
END
  }
  exported() { echo exported; }; export -f exported
  pattern() { [[ $1 == @(a|b)* ]] && case $1 in +(x)) : ;; esac; }
  helper() { coproc cat; }
  weird-name.x() { :; }
  mkdir -p sub/'a b'; cd sub/'a b'; pushd .. > /dev/null; set -f; set +o pipefail; shopt -s extglob nocasematch; umask 027; trap 'echo usr' USR1; alias ll='ls -l'
  unset HOSTTYPE; OPTIND=3
`;

/** The text as an indented string of Nix. */
export const quote = (text: string) => `''${text.replaceAll("''", "'''").replaceAll('${', "''${")}''`;

/** Hash of the archive that Nix makes of a path. */
export function hash(path: string): string {
  return execFileSync('nix-hash', ['--type', 'sha256', onDisk(path)], { encoding: 'utf8' }).trim();
}
