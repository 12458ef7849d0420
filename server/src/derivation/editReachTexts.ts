/** Which words the texts of a phase hold: its own, its hooks', and those of all functions that they call. */
import { usualHooks } from '../knowledge/stdenvPhases';
import type { StdenvInspection } from './inspection';

export type BashTexts = Pick<StdenvInspection, 'functions' | 'variables' | 'hookArrays' | 'setupFile'>;

export interface PhaseWords {
  readonly words: ReadonlySet<string>;
  /** Whether something in it may read a variable without naming it (`eval`, `\${!name}`, `source`, `substituteAll`, …). */
  readonly readsUnnamed: boolean;
}

/** Functions of stdenv that run phases and hooks, and so lead from each phase to each other. Source: `setup.sh`. */
const machinery = new Set([
  'runHook',
  'runOneHook',
  '_callImplicitHook',
  '_eval',
  '_logHook',
  'runPhase',
  'genericBuild',
  'definePhases',
  'printPhases',
  'showPhaseHeader',
  'showPhaseFooter',
  'exitHandler',
  'dumpVars',
]);

/** Functions of stdenv that read the whole environment. Source: `setup.sh` (`_allFlags`). */
const environmentReaders = new Set([
  'substituteAll',
  'substituteAllInPlace',
  'substituteAllStream',
  '_allFlags',
]);

/**
 * Functions of nixpkgs' own setup hooks that look up only what their callers name, outputs, PATH, HOST_PATH and the
 * `strip…` lists. Source: `pkgs/build-support/setup-hooks/{patch-shebangs,strip,multiple-outputs,move-systemd-user-units}.sh`.
 */
const knownFunctions = new Set([
  'patchShebangs',
  '_doStrip',
  '_multioutPropagateDev',
  '_moveSystemdUserUnits',
]);

const unnamedReading = [
  // Indirect expansion; but by nixpkgs' names for names of outputs (`${!outputBin}`), which are no variables that change.
  /\$\{!(?!output[A-Z]?\w*[}:+-])\w+[}:+-]/,
  /\b(?:declare|local|typeset)\s+(?:-\w+\s+)*-\w*[np]/, // name references; all variables
  /\b(?:eval|source|env|printenv|compgen|NIX_ATTRS_JSON_FILE|NIX_ATTRS_SH_FILE)\b/,
  /(?:^|[\s;&|(])\.\s/, // source
  /(?:^|[\n;&|(])\s*(?:export|declare|set)(?:\s+-p)?\s*(?:$|[\n;&|)>])/, // lists all variables
];

/** What shows the texts of all variables to somebody. */
const readsAll =
  /\b(?:env|env-vars|printenv|compgen|NIX_ATTRS_JSON_FILE|NIX_ATTRS_SH_FILE|substituteAll\w*)\b|\b(?:declare|export|typeset)\s+(?:-\w+\s+)*-\w*p|(?:^|[\n;&|(])\s*(?:export|declare|set)\s*(?:$|[\n;&|)>])/;

/**
 * Follows names from the phase's own texts. Functions of the setup script are trusted to read what their callers name;
 * all others that look variables up by computed names count as reading any.
 */
export class PhaseTextReader {
  private readonly functions: ReadonlyMap<string, StdenvInspection['functions'][number]>;

  /** `given`: the variables before and after the edit, whose texts count as well as what the stdenv made of them. */
  constructor(
    private readonly texts: BashTexts,
    private readonly given: readonly ReadonlyMap<string, string>[],
  ) {
    this.functions = new Map(texts.functions.map((one) => [one.name, one]));
  }

  /** A phase's name may be anything: its text counts whatever it is. */
  wordsOf(phase: string): PhaseWords {
    const words = new Set<string>();
    let readsUnnamed = false;
    const left = [phase, ...usualHooks(phase)];
    const seen = new Set<string>(left);
    for (let name = left.pop(); name !== undefined; name = left.pop()) {
      for (const { text, trusted } of this.textsNamed(name, name === phase)) {
        if (!trusted && unnamedReading.some((pattern) => pattern.test(text))) readsUnnamed = true;
        for (const [word] of text.matchAll(/[A-Za-z_]\w*(?:-\w+)*/g)) {
          for (const part of word.includes('-') ? [word, ...word.split('-')] : [word]) {
            words.add(part);
            if (environmentReaders.has(part)) readsUnnamed = true;
            if (seen.has(part) || machinery.has(part)) continue;
            seen.add(part);
            left.push(part);
          }
        }
      }
    }
    return { words, readsUnnamed };
  }

  /** Whether any text reads what the variable holds, or all variables, and does not only run what it holds. */
  readsText(name: string): boolean {
    const reading = new RegExp(`\\$\\{?[#!]?${name.replace(/\W/g, '\\$&')}\\b`);
    const { functions, variables, hookArrays, setupFile } = this.texts;
    const own = [
      ...functions.flatMap(({ name, file, body }) => (isTrusted(name, file, setupFile) ? [] : [body])),
      ...Object.values(variables),
      ...Object.values(hookArrays).flat(),
      ...this.given.flatMap((all) => [...all.values()]),
    ];
    const stdenvs = functions.flatMap((one) => (machinery.has(one.name) ? [] : [one.body]));
    return own.some((text) => readsAll.test(text)) || [...own, ...stdenvs].some((text) => reading.test(text));
  }

  /** All that may run when a phase or hook of this name, or a function, is called. */
  private textsNamed(
    name: string,
    isPhase: boolean,
  ): readonly { readonly text: string; readonly trusted: boolean }[] {
    const found: { text: string; trusted: boolean }[] = [];
    const add = (text: string | undefined, trusted: boolean) => {
      if (text !== undefined && text !== '') found.push({ text, trusted });
    };
    const { variables, hookArrays, setupFile } = this.texts;
    const before = Object.hasOwn(variables, name) ? variables[name] : undefined;
    const called = this.functions.get(name);
    add(before, false);
    if (isPhase || isCode(name) || before !== undefined || called !== undefined) {
      for (const variables of this.given) add(variables.get(name), false);
    }
    add(called?.body, isTrusted(name, called?.file, setupFile));
    for (const array of [name, `${name}Hooks`, `${name.replace(/Hook$/, '')}Hooks`]) {
      if (Object.hasOwn(hookArrays, array)) add(hookArrays[array]?.join('\n'), false);
    }
    return found;
  }
}

function isTrusted(name: string, file: string | null | undefined, setupFile: string): boolean {
  return file === setupFile || knownFunctions.has(name);
}

/** Whether a variable of this name may hold bash. */
export function isCode(name: string): boolean {
  return /(?:Phase|Hooks?|Cmd|Command)$|^(?:pre|post)[A-Z]/.test(name);
}
