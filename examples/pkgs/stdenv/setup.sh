# shellcheck shell=bash
# The bash side of this package set: $stdenv/setup. A builder sources it and calls genericBuild.
#
# It keeps to the conventions of nixpkgs (names of phases, hooks, flags, variables), so what you learn here holds there;
# what nixpkgs needs besides (cross-compilation, ten kinds of inputs, compiler wrappers) is left out. Read it from
# the end: genericBuild runs phases, runPhase runs one, runHook runs the hooks inside one.

__setup_original_flags=$-
set -eu
set -o pipefail
shopt -s inherit_errexit nullglob

if ((BASH_VERSINFO[0] < 4)); then
  echo "bash $BASH_VERSION is too old for this stdenv: it needs 4.4 or newer" >&2
  exit 1
fi

# With __structuredAttrs the builder has sourced bash arrays from a file: $outputs maps names to paths and $env holds what
# programs shall see. Without, every attribute is an environment variable already, lists joined with spaces.
if [[ -n ${NIX_ATTRS_JSON_FILE-} ]]; then
  __structuredAttrs=1
  for outputName in "${!outputs[@]}"; do
    export "$outputName=${outputs[$outputName]}"
  done
  for variable in "${!env[@]}"; do
    export "$variable=${env[$variable]}"
  done
  unset -v variable
else
  __structuredAttrs=
  : "${outputs:=out}"
fi

getAllOutputNames() {
  if [[ -n $__structuredAttrs ]]; then
    echo "${!outputs[*]}"
  else
    echo "$outputs"
  fi
}

######################################################################
# Hooks. The hooks of NAME are a function NAME, or else a variable NAME whose text is run, and then the entries of the
# array NAMEHooks in the order in which setup hooks added them.

# Runs all of them; stops at the first that fails.
runHook() {
  local hookName=$1
  shift
  local entries="${hookName%Hook}Hooks[@]" hook
  for hook in "_callImplicitHook 0 $hookName" ${!entries+"${!entries}"}; do
    _eval "$hook" "$@"
  done
  return 0
}

# Runs them until one succeeds; fails when none does.
runOneHook() {
  local hookName=$1
  shift
  local entries="${hookName%Hook}Hooks[@]" hook
  for hook in "_callImplicitHook 1 $hookName" ${!entries+"${!entries}"}; do
    if _eval "$hook" "$@"; then return 0; fi
  done
  return 1
}

# The function or the text called $2; returns $1 when there is neither.
_callImplicitHook() {
  local absent=$1 hookName=$2
  if declare -F "$hookName" >/dev/null; then
    "$hookName"
  elif [[ -n ${!hookName:-} ]]; then
    eval "${!hookName}"
  else
    return "$absent"
  fi
}

# In a function of its own, so that `return` in a hook's text leaves the hook and nothing else.
_eval() {
  if declare -F "$1" >/dev/null; then
    "$@"
  else
    eval "$1"
  fi
}

######################################################################
# The end of a build, good or bad.

exitHandler() {
  local exitCode=$?
  set +e
  if ((exitCode == 0)); then
    runHook exitHook
  else
    runHook failureHook
  fi
  return "$exitCode"
}

trap exitHandler EXIT

######################################################################
# Helpers that phases and hooks may use.

# addToSearchPath PATH DIR: appends a folder that exists and is not there yet, and exports the variable.
addToSearchPath() {
  local variable=$1 folder=$2
  if [[ -d $folder && ":${!variable-}:" != *":$folder:"* ]]; then
    export "$variable=${!variable:+${!variable}:}$folder"
  fi
}

# Whether the variable is a bash array, or has to become one.
_isList() {
  local declaration
  if declaration=$(declare -p "$1" 2>/dev/null); then
    [[ $declaration == "declare -a"* ]]
  else
    [[ -n $__structuredAttrs ]]
  fi
}

# appendToVar NAME WORD…, prependToVar NAME WORD…: for lists that are an array or a string of words. (A name with an underscore
# hides no list that a package may have.)
appendToVar() {
  local -n _list=$1
  if _isList "$1"; then
    _list=(${_list[@]+"${_list[@]}"} "${@:2}")
  else
    _list="${_list:+$_list }${*:2}"
  fi
}

prependToVar() {
  local -n _list=$1
  if _isList "$1"; then
    _list=("${@:2}" ${_list[@]+"${_list[@]}"})
  else
    _list="${*:2}${_list:+ $_list}"
  fi
}

# concatTo ARRAY NAME…: collects the words of several lists; NAME=DEFAULT stands for a list that is empty.
concatTo() {
  local -
  set -o noglob
  local -n _target=$1
  local _argument _name _default
  for _argument in "${@:2}"; do
    _name=${_argument%%=*}
    _default=
    if [[ $_argument == *=* ]]; then _default=${_argument#*=}; fi
    local -n _source=$_name
    if [[ -z ${_source[*]-} ]]; then
      if [[ -n $_default ]]; then _target+=("$_default"); fi
    elif _isList "$_name"; then
      _target+=("${_source[@]}")
    else
      # shellcheck disable=SC2206
      _target+=($_source)
    fi
  done
}

# Prints a command so that each argument can be told from the next.
echoCmd() {
  local title=$1
  shift
  printf '%s:' "$title"
  if (($# > 0)); then printf ' %q' "$@"; fi
  echo
}

# The name of a store path: without folder and hash.
stripHash() {
  local name
  name=$(basename -- "$1")
  if [[ $name =~ ^[0-9a-z]{32}- ]]; then name=${name:33}; fi
  echo "$name"
}

# substitute IN OUT (--replace-fail|--replace-warn|--replace-quiet OLD NEW | --subst-var NAME | --subst-var-by NAME TEXT)…
substitute() {
  local input=$1 output=$2
  shift 2
  if [[ ! -f $input ]]; then
    echo "substitute(): ERROR: file '$input' does not exist" >&2
    return 1
  fi
  # The dot keeps newlines at the end, which $(…) would drop.
  local text
  text=$(cat -- "$input" && echo .)
  text=${text%.}
  local mode old new
  while (($# > 0)); do
    mode=$1
    case $mode in
    --replace-fail | --replace-warn | --replace-quiet | --replace)
      old=$2 new=$3
      shift 3
      ;;
    --subst-var)
      old=@$2@ new=${!2-}
      shift 2
      ;;
    --subst-var-by)
      old=@$2@ new=$3
      shift 3
      ;;
    *)
      echo "substitute(): ERROR: invalid argument '$mode'" >&2
      return 1
      ;;
    esac
    if [[ $text != *"$old"* ]]; then
      if [[ $mode == --replace-fail ]]; then
        echo "substitute(): ERROR: '$old' does not occur in '$input'" >&2
        return 1
      elif [[ $mode == --replace || $mode == --replace-warn ]]; then
        echo "substitute(): WARNING: '$old' does not occur in '$input'" >&2
      fi
    fi
    text=${text//"$old"/"$new"}
  done
  if [[ -e $output ]]; then chmod u+w -- "$output"; fi
  printf '%s' "$text" >"$output"
}

# substituteInPlace FILE… OPTIONS…
substituteInPlace() {
  local files=() file
  while (($# > 0)) && [[ $1 != --* ]]; do
    files+=("$1")
    shift
  done
  if ((${#files[@]} == 0)); then
    echo "substituteInPlace(): ERROR: no file given (files come before options)" >&2
    return 1
  fi
  for file in "${files[@]}"; do
    substitute "$file" "$file" "$@"
  done
}

# substituteAll IN OUT: replaces @name@ by the value of every environment variable with a lower-case initial.
substituteAll() {
  local options=() variable
  while read -r variable; do
    if [[ $variable =~ ^[a-z][A-Za-z0-9_]*$ ]]; then options+=(--subst-var "$variable"); fi
  done < <(compgen -e)
  substitute "$1" "$2" ${options[@]+"${options[@]}"}
}

substituteAllInPlace() {
  substituteAll "$1" "$1"
}

######################################################################
# Where programs are found: the host's own tools first of all, then SHELL.

PATH=
for folder in $initialPath; do
  addToSearchPath PATH "${folder%/}/bin"
done
unset -v folder

export CONFIG_SHELL=$SHELL
: "${shell:=$SHELL}"
export SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-315532800}
export ZERO_AR_DATE=1

runHook preHook
runHook addInputsHook

######################################################################
# Inputs. A native input is a tool that runs while building (offset -1), the others are what the result runs with (0).
# An input may bring along others (nix-support/propagated-*) and a script (nix-support/setup-hook), which is sourced.

declare -a pkgsBuildHost=() pkgsHostTarget=()
declare -a envBuildHostHooks=() envHostTargetHooks=()
declare -a unpackCmdHooks=() preConfigureHooks=() preFixupHooks=() fixupOutputHooks=() postFixupHooks=()

# addEnvHooks OFFSET FUNCTION…: for setup hooks; each function is called with every input of that kind.
addEnvHooks() {
  if (($1 < 0)); then
    envBuildHostHooks+=("${@:2}")
  else
    envHostTargetHooks+=("${@:2}")
  fi
}

# findInputs INPUT OFFSET: puts the input and what it propagates into the arrays, each once.
findInputs() {
  local pkg=$1 offset=$2 found
  if ((offset < 0)); then
    local -n accumulator=pkgsBuildHost
  else
    local -n accumulator=pkgsHostTarget
  fi
  for found in ${accumulator[@]+"${accumulator[@]}"}; do
    if [[ $found == "$pkg" ]]; then return 0; fi
  done
  if [[ ! -e $pkg ]]; then
    echo "build input $pkg does not exist" >&2
    exit 1
  fi
  accumulator+=("$pkg")
  local next propagated
  if [[ -f $pkg/nix-support/propagated-native-build-inputs ]]; then
    read -r -d '' propagated <"$pkg/nix-support/propagated-native-build-inputs" || true
    for next in $propagated; do findInputs "$next" -1; done
  fi
  if [[ -f $pkg/nix-support/propagated-build-inputs ]]; then
    read -r -d '' propagated <"$pkg/nix-support/propagated-build-inputs" || true
    for next in $propagated; do findInputs "$next" "$offset"; done
  fi
}

# activatePackage INPUT OFFSET: its programs on PATH, its setup hook sourced.
activatePackage() {
  local pkg=$1
  # Setup hooks read these two names.
  local hostOffset=$2 targetOffset=$(($2 + 1))
  addToSearchPath PATH "$pkg/bin"
  if [[ -f $pkg ]]; then
    # shellcheck disable=SC1090
    source "$pkg"
  elif [[ -f $pkg/nix-support/setup-hook ]]; then
    # shellcheck disable=SC1091
    source "$pkg/nix-support/setup-hook"
  fi
}

for pkg in ${nativeBuildInputs[*]-} ${propagatedNativeBuildInputs[*]-} ${defaultNativeBuildInputs-}; do
  findInputs "$pkg" -1
done
for pkg in ${buildInputs[*]-} ${propagatedBuildInputs[*]-}; do
  findInputs "$pkg" 0
done
for pkg in ${pkgsBuildHost[@]+"${pkgsBuildHost[@]}"}; do
  activatePackage "$pkg" -1
done
for pkg in ${pkgsHostTarget[@]+"${pkgsHostTarget[@]}"}; do
  activatePackage "$pkg" 0
done
for pkg in ${pkgsBuildHost[@]+"${pkgsBuildHost[@]}"}; do
  runHook envBuildHostHook "$pkg"
done
for pkg in ${pkgsHostTarget[@]+"${pkgsHostTarget[@]}"}; do
  runHook envHostTargetHook "$pkg"
done
unset -v pkg
export PATH

: "${prefix:=${out-}}"
: "${NIX_BUILD_CORES:=1}"

######################################################################
# The phases, in the order in which they run. A derivation replaces one by an attribute of its name, or
# adds to it by pre… and post… hooks.

unpackCmdHooks+=(_defaultUnpack)
_defaultUnpack() {
  local source=$1 destination
  if [[ -d $source ]]; then
    destination=$(stripHash "$source")
    if [[ -e $destination ]]; then
      echo "cannot copy $source to $destination: destination already exists"
      return 1
    fi
    cp -r --preserve=timestamps --reflink=auto -- "$source" "$destination"
    return
  fi
  case $source in
  *.tar | *.tar.* | *.tgz | *.tbz2 | *.txz) tar xf "$source" --mode=+w --warning=no-timestamp ;;
  *.zip) unzip -qq "$source" ;;
  *) return 1 ;;
  esac
}

unpackFile() {
  # Named for the hooks: unpackCmd may be a text that reads $curSrc.
  curSrc=$1
  echo "unpacking source archive $curSrc"
  if ! runOneHook unpackCmd "$curSrc"; then
    echo "do not know how to unpack source archive $curSrc"
    exit 1
  fi
}

unpackPhase() {
  runHook preUnpack

  if [[ -z ${srcs-} ]]; then
    if [[ -z ${src-} ]]; then
      # shellcheck disable=SC2016
      echo 'variable $src or $srcs should point to the source'
      exit 1
    fi
    srcs=$src
  fi

  # What the sources unpack to is told from the folders that were not there before.
  local sources=() source folder before=" "
  concatTo sources srcs
  for folder in */; do before+="$folder "; done
  for source in "${sources[@]}"; do unpackFile "$source"; done

  : "${sourceRoot=}"
  if [[ -n ${setSourceRoot-} ]]; then
    runOneHook setSourceRoot
  elif [[ -z $sourceRoot ]]; then
    for folder in */; do
      if [[ $before == *" $folder "* ]]; then continue; fi
      if [[ -n $sourceRoot ]]; then
        echo "unpacker produced multiple directories"
        exit 1
      fi
      sourceRoot=${folder%/}
    done
  fi
  if [[ -z $sourceRoot ]]; then
    echo "unpacker appears to have produced no directories"
    exit 1
  fi
  echo "source root is $sourceRoot"
  # Sources from the store are read-only.
  if [[ -z ${dontMakeSourcesWritable-} ]]; then chmod -R u+w -- "$sourceRoot"; fi

  runHook postUnpack
}

patchPhase() {
  runHook prePatch

  local files=() flags=() file
  concatTo files patches
  concatTo flags patchFlags=-p1
  for file in ${files[@]+"${files[@]}"}; do
    echo "applying patch $file"
    case $file in
    *.gz) gzip -dc "$file" | patch "${flags[@]}" ;;
    *.xz) xz -dc "$file" | patch "${flags[@]}" ;;
    *) patch "${flags[@]}" <"$file" ;;
    esac
  done

  runHook postPatch
}

configurePhase() {
  runHook preConfigure

  : "${configureScript=}"
  if [[ -z $configureScript && -x ./configure ]]; then configureScript=./configure; fi
  if [[ -z ${dontAddPrefix-} && -n $prefix ]]; then
    prependToVar configureFlags "${prefixKey:---prefix=}$prefix"
  fi
  if [[ -n $configureScript ]]; then
    local flagsArray=()
    concatTo flagsArray configureFlags configureFlagsArray
    echoCmd "configure flags" "${flagsArray[@]}"
    $configureScript "${flagsArray[@]}"
  else
    echo "no configure script, doing nothing"
  fi

  runHook postConfigure
}

_haveMakefile() {
  [[ -n ${makefile-} || -e Makefile || -e makefile || -e GNUmakefile ]]
}

# _runMake TITLE LIST…: make with SHELL and the words of the lists, which it prints.
_runMake() {
  local title=$1 flagsArray=("SHELL=$SHELL")
  shift
  if [[ -n ${enableParallelBuilding-} ]]; then flagsArray+=("-j$NIX_BUILD_CORES"); fi
  concatTo flagsArray makeFlags makeFlagsArray "$@"
  echoCmd "$title flags" "${flagsArray[@]}"
  make ${makefile:+-f "$makefile"} "${flagsArray[@]}"
}

# Whether make knows the target.
_haveTarget() {
  make -n ${makefile:+-f "$makefile"} "$1" >/dev/null 2>&1
}

buildPhase() {
  runHook preBuild

  if _haveMakefile; then
    _runMake build buildFlags buildFlagsArray
  else
    echo "no Makefile or custom buildPhase, doing nothing"
  fi

  runHook postBuild
}

checkPhase() {
  runHook preCheck

  if ! _haveMakefile; then
    echo "no Makefile or custom checkPhase, doing nothing"
  else
    if [[ -z ${checkTarget-} ]]; then
      if _haveTarget check; then
        checkTarget=check
      elif _haveTarget test; then
        checkTarget=test
      fi
    fi
    if [[ -z ${checkTarget-} ]]; then
      echo "no check/test target in ${makefile:-Makefile}, doing nothing"
    else
      _runMake check checkFlags=VERBOSE=y checkFlagsArray checkTarget
    fi
  fi

  runHook postCheck
}

installPhase() {
  runHook preInstall

  if _haveMakefile; then
    mkdir -p "$prefix"
    _runMake install installFlags installFlagsArray installTargets=install
  else
    echo "no Makefile or custom installPhase, doing nothing"
  fi

  runHook postInstall
}

fixupPhase() {
  local output
  for output in $(getAllOutputNames); do
    if [[ -e ${!output} ]]; then chmod -R u+w -- "${!output}"; fi
  done

  runHook preFixup

  # Once for each output, with $prefix set to it.
  for output in $(getAllOutputNames); do
    prefix=${!output} runHook fixupOutput
  done

  # What those who use this package get with it.
  local support="${!outputDev}/nix-support"
  _propagate propagated-native-build-inputs propagatedNativeBuildInputs
  _propagate propagated-build-inputs propagatedBuildInputs
  if [[ -n ${setupHook-} ]]; then
    mkdir -p "$support"
    substituteAll "$setupHook" "$support/setup-hook"
  fi

  runHook postFixup
}

# _propagate FILE LIST: for fixupPhase, which has set $support.
_propagate() {
  local words=()
  concatTo words "$2"
  if ((${#words[@]} > 0)); then
    mkdir -p "$support"
    printf '%s ' "${words[@]}" >"$support/$1"
  fi
}

installCheckPhase() {
  runHook preInstallCheck

  if _haveMakefile && _haveTarget "${installCheckTarget:=installcheck}"; then
    _runMake installcheck installCheckFlags installCheckFlagsArray installCheckTarget
  else
    echo "no installcheck target or custom installCheckPhase, doing nothing"
  fi

  runHook postInstallCheck
}

distPhase() {
  runHook preDist

  _runMake dist distFlags distFlagsArray distTarget=dist
  if [[ -z ${dontCopyDist-} ]]; then
    mkdir -p "$out/tarballs"
    # shellcheck disable=SC2086
    cp -pvd ${tarballs[*]:-*.tar.gz} "$out/tarballs"
  fi

  runHook postDist
}

######################################################################
# Running them.

# Tells people and Nix which phase begins.
showPhaseHeader() {
  local phase=$1
  echo "Running phase: $phase"
  if [[ -n ${NIX_LOG_FD-} ]]; then
    printf '@nix { "action": "setPhase", "phase": "%s" }\n' "$phase" >&"$NIX_LOG_FD"
  fi
}

# Tells how long it took, if it took long.
showPhaseFooter() {
  local phase=$1 seconds=$(($3 - $2))
  if ((seconds >= 30)); then
    echo "$phase completed in $((seconds / 60)) minutes $((seconds % 60)) seconds"
  fi
}

# The environment on file, for a build directory that `nix-build --keep-failed` keeps.
dumpVars() {
  if [[ -z ${noDumpEnvVars-} && -d ${NIX_BUILD_TOP-} ]]; then
    (umask 0077 && export >"$NIX_BUILD_TOP/env-vars") 2>/dev/null || true
  fi
}

# runPhase NAME: nothing when a flag leaves the phase out; else the text of the variable NAME, or the function NAME.
runPhase() {
  local curPhase=$*
  if [[ $curPhase = unpackPhase && -n ${dontUnpack:-} ]]; then return 0; fi
  if [[ $curPhase = patchPhase && -n ${dontPatch:-} ]]; then return 0; fi
  if [[ $curPhase = configurePhase && -n ${dontConfigure:-} ]]; then return 0; fi
  if [[ $curPhase = buildPhase && -n ${dontBuild:-} ]]; then return 0; fi
  if [[ $curPhase = checkPhase && -z ${doCheck:-} ]]; then return 0; fi
  if [[ $curPhase = installPhase && -n ${dontInstall:-} ]]; then return 0; fi
  if [[ $curPhase = fixupPhase && -n ${dontFixup:-} ]]; then return 0; fi
  if [[ $curPhase = installCheckPhase && -z ${doInstallCheck:-} ]]; then return 0; fi
  if [[ $curPhase = distPhase && -z ${doDist:-} ]]; then return 0; fi

  showPhaseHeader "$curPhase"
  dumpVars

  local startTime endTime
  startTime=$(date +%s)
  eval "${!curPhase:-$curPhase}"
  endTime=$(date +%s)
  showPhaseFooter "$curPhase" "$startTime" "$endTime"

  if [[ $curPhase = unpackPhase ]]; then
    # A source may come without the right to enter it.
    if [[ -n ${sourceRoot-} ]]; then chmod +x -- "$sourceRoot"; fi
    cd -- "${sourceRoot:-.}"
  fi
}

# The attribute `phases` names them all; without it there are these, and room between them.
definePhases() {
  if [[ -z ${phases[*]:-} ]]; then
    phases="${prePhases[*]-} unpackPhase patchPhase ${preConfigurePhases[*]-} configurePhase"
    phases+=" ${preBuildPhases[*]-} buildPhase checkPhase ${preInstallPhases[*]-} installPhase"
    phases+=" ${preFixupPhases[*]-} fixupPhase installCheckPhase ${preDistPhases[*]-} distPhase ${postPhases[*]-}"
  fi
}

printPhases() {
  definePhases
  local phase
  for phase in ${phases[*]}; do echo "$phase"; done
}

genericBuild() {
  if [[ -f ${buildCommandPath-} ]]; then
    # shellcheck disable=SC1090
    source "$buildCommandPath"
    return
  fi
  if [[ -n ${buildCommand-} ]]; then
    eval "$buildCommand"
    return
  fi
  definePhases
  for curPhase in ${phases[*]}; do
    runPhase "$curPhase"
  done
}

runHook postHook
runHook userHook

# Unset variables are an error in the lines above only: phases and hooks are run as their authors expect.
if [[ $__setup_original_flags != *e* ]]; then set +e; fi
if [[ $__setup_original_flags != *u* ]]; then set +u; fi
unset -v __setup_original_flags
