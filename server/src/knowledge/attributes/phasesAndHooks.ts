/**
 * Phases, their hooks, and the attributes that choose among them. Source: the Nixpkgs manual, "The Standard Environment" (Phases), and
 * nixpkgs' `pkgs/stdenv/generic/setup.sh`.
 */
import { phaseStem } from '../../protocol/phaseStem';
import { usualPhases, type UsualPhase } from '../stdenvPhases';
import { alike, type KnownAttribute } from './attribute';
import { bash } from './kinds';

/** What stdenv's own body of each phase does. */
const bodies: Readonly<Record<string, string>> = {
  unpackPhase:
    'unpacks `$src` or each of `$srcs`, goes to the folder that came of it (`sourceRoot`) and makes everything writable',
  patchPhase: 'applies each of `$patches` with `patch -p1`',
  configurePhase:
    'runs `./configure` with `--prefix=$out` and `configureFlags`, when there is such a script; setup hooks of cmake, meson, … put theirs in its place',
  buildPhase:
    'runs `make` with `makeFlags` and `buildFlags`, when there is a makefile; setup hooks of ninja and of language builders put theirs in its place',
  checkPhase: 'runs `make check`, or `make test` where the makefile has only that, when `doCheck` is true',
  installPhase: 'runs `make install` with `makeFlags` and `installFlags`',
  fixupPhase:
    'moves documentation and development files to their outputs, strips binaries, shrinks their rpath, patches shebangs, and writes `nix-support`',
  installCheckPhase: 'runs `make installcheck` on what was installed, when `doInstallCheck` is true',
  distPhase: 'runs `make dist` and keeps the archive in `$out/tarballs`, when `doDist` is true',
};

/** Hooks that are not called `pre…` or `post…`. */
const inside: Readonly<Record<string, string>> = {
  unpackCmd:
    'Commands that unpack one source, `$curSrc`; tried before stdenv’s own for tar archives and folders.',
  fixupOutput: 'Runs for each output, with `$prefix` as its path, while `fixupPhase` goes through them.',
};

function phaseText({ name, flag }: UsualPhase): string {
  const runs =
    flag === null
      ? ''
      : flag.runsWhen === 'set'
        ? ` It runs only when \`${flag.name}\` is true.`
        : ` \`${flag.name} = true\` skips it.`;
  return `The whole of this phase. Without it stdenv ${bodies[name] ?? 'has its own'}.${runs} One of your own has to call \`runHook pre${phaseStem(name)}\` and \`runHook post${phaseStem(name)}\`, or those hooks do not run.`;
}

function attributesOfPhase(phase: UsualPhase): readonly KnownAttribute[] {
  const stem = phaseStem(phase.name);
  const body = `''\n  runHook pre${stem}\n\n  $0\n\n  runHook post${stem}\n''`;
  return [
    { name: phase.name, type: bash.type, says: phaseText(phase), phase: phase.name, snippet: body },
    ...phase.hooks.map((hook) => ({
      name: hook,
      ...bash,
      says: hookText(hook, phase.name),
      phase: phase.name,
    })),
    ...flagOf(phase),
  ];
}

function hookText(hook: string, phase: string): string {
  const special = inside[hook];
  if (special !== undefined) return special;
  const when = hook.startsWith('pre') ? 'at the beginning' : 'at the end';
  return `Commands that run ${when} of \`${phase}\`. A body of that phase in your own words has to call \`runHook ${hook}\`.`;
}

function flagOf({ name, flag }: UsualPhase): readonly KnownAttribute[] {
  if (flag === null) return [];
  const says = flag.runsWhen === 'set' ? `Whether \`${name}\` runs.` : `Whether \`${name}\` is skipped.`;
  return [{ name: flag.name, type: 'boolean', says, phase: name, default: 'false', snippet: 'true' }];
}

const variables = [...new Set(usualPhases.flatMap(({ before }) => before ?? []))];

export const phaseAttributes: readonly KnownAttribute[] = [
  ...usualPhases.flatMap(attributesOfPhase),
  {
    name: 'phases',
    type: 'list of strings',
    says: 'The phases to run, instead of those of stdenv. Phases that setup hooks bring, and `fixupPhase`, are left out unless they are named: the `dont…` attributes or `prePhases` and its kin are safer.',
    snippet: '[ $0 ]',
  },
  ...variables.map((name) => ({
    name,
    type: 'list of strings',
    says: `Phases of your own to run before \`${usualPhases.find(({ before }) => before === name)?.name ?? ''}\`${name === 'prePhases' ? ', as the first of all' : ''}; each is an attribute or a function of that name.`,
    default: '[ ]',
    snippet: '[ "$0" ]',
  })),
  {
    name: 'postPhases',
    type: 'list of strings',
    says: 'Phases of your own to run after all others.',
    default: '[ ]',
    snippet: '[ "$0" ]',
  },
  {
    name: 'buildCommand',
    ...bash,
    says: 'Commands that are the whole build: with it there are no phases. `$stdenv/setup` is sourced before.',
  },
  ...alike(bash, {
    preHook: 'Runs when `setup` begins, before the inputs are looked at.',
    postHook: 'Runs when `setup` has looked at the inputs, before the first phase.',
    failureHook: 'Runs when the builder fails, before it exits.',
    exitHook: 'Runs when the builder exits without a failure.',
  }),
];
