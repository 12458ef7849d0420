/**
 * What the bash of a derivation's texts knows: what its own stdenv answered, once it was asked; else, and with it, what is known of every stdenv.
 */
import type { Engine, ShellNames } from '../engine/engine';
import { bashFunctions, bashVariables, type KnownBashFunction } from '../knowledge/bashNames';
import { knownAttribute, type KnownAttribute } from '../knowledge/derivationAttributes';
import { usualPhases } from '../knowledge/stdenvPhases';
import type { Derivation, FileRange } from '../protocol/model';
import { shellsOf } from './shellEvidence';

/** Where something is defined. */
export type BashPlace = Pick<FileRange, 'file' | 'range'>;

export class BashNames {
  private readonly shells: readonly ShellNames[];

  /** Of the derivations whose text it may be. */
  constructor(
    engine: Engine,
    private readonly derivations: readonly Derivation[],
  ) {
    this.shells = shellsOf(engine, derivations);
  }

  /** Names of functions. What the derivation's own shell has, where it was asked; else stdenv's usual ones. */
  functions(): readonly string[] {
    const own = this.shells.flatMap(({ functions }) => functions.map(({ name }) => name));
    const known = [...bashFunctions.values()].filter(({ from }) => own.length === 0 || from !== undefined);
    // Those of a package that is not there would only be in the way.
    const offered = own.length > 0 ? known.filter(({ name }) => own.includes(name)) : known;
    return [...new Set([...own.filter((name) => !name.startsWith('_')), ...offered.map(({ name }) => name)])];
  }

  variables(): readonly string[] {
    const own = this.shells.flatMap(({ values }) => Object.keys(values));
    const outputs = this.derivations.flatMap((derivation) => Object.keys(derivation.outputs));
    const attributes = this.derivations.flatMap((derivation) => Object.keys(derivation.attributes));
    const named = [...bashVariables.keys(), ...outputs, ...attributes, ...own];
    return [...new Set(named)].filter((name) => /^[A-Za-z]\w*$/.test(name) && !/^BASH/.test(name));
  }

  /** Hooks that the derivations' phases run, else stdenv's usual ones. */
  hooks(): readonly string[] {
    const drawn = this.derivations.flatMap(({ phases }) =>
      phases.flatMap(({ hooks }) => hooks.map(({ name }) => name)),
    );
    const usual = usualPhases.flatMap(({ hooks }) => hooks);
    return [...new Set([...usual, ...drawn])].filter((name) => /^\w+$/.test(name));
  }

  /** Null where nothing is known of it. */
  functionMarkdown(name: string): string | null {
    const known = bashFunctions.get(name);
    const own = this.functionOf(name);
    const attribute = knownAttribute(name);
    const phaseOrHook = attribute?.type === 'bash' ? attribute : null;
    if (known === undefined && own === null && phaseOrHook === null) return null;
    const file = own?.file ?? null;
    const place =
      file === null ? [] : [`Defined in \`${file}\`${own?.line == null ? '' : `, line ${own.line}`}.`];
    const says =
      known !== undefined
        ? knownText(known)
        : phaseOrHook !== null
          ? [`**${name}**`, phaseOrHook.says]
          : [`**${name}**, a function of this derivation’s shell.`];
    return [...says, ...place].join('\n\n');
  }

  /** With its value when the first phase begins, where the stdenv was asked. */
  variableMarkdown(name: string): string | null {
    const known = bashVariables.get(name) ?? attributeText(name);
    const value = this.shells.flatMap(({ values }) =>
      Object.hasOwn(values, name) ? [values[name] ?? ''] : [],
    )[0];
    const output = this.derivations.some(({ outputs }) => Object.hasOwn(outputs, name));
    const attribute = this.derivations.some(({ attributes }) => Object.hasOwn(attributes, name));
    if (known === null && value === undefined && !output && !attribute) return null;
    const says =
      known ??
      (output
        ? `The path of the output \`${name}\`.`
        : attribute
          ? 'An attribute of the derivation.'
          : 'A variable of this derivation’s shell.');
    const now = value === undefined ? [] : [`When the first phase begins: \`${shortened(value)}\``];
    return [`**${name}**`, says, ...now].join('\n\n');
  }

  /** Where a function is defined, as the stdenv itself says. */
  definition(name: string): BashPlace | null {
    const own = this.functionOf(name);
    if (own?.file == null) return null;
    const line = Math.max(0, (own.line ?? 1) - 1);
    const start = { line, character: 0 };
    return { file: own.file, range: { start, end: start } };
  }

  private functionOf(name: string): ShellNames['functions'][number] | null {
    return this.shells.flatMap(({ functions }) => functions.filter((one) => one.name === name))[0] ?? null;
  }
}

/** What is known of the attribute that a variable holds, or whose flags it collects. */
function attributeText(name: string): string | null {
  const known = knownAttribute(name);
  if (known !== null) return `${known.says}${readIn(known)}`;
  const flags = knownAttribute(name.replace(/Array$/, ''));
  if (flags === null || !name.endsWith('FlagsArray')) return null;
  return `An array that bash may fill, as in a hook: its elements are added to \`${flags.name}\`, blanks and all.${readIn(flags)}`;
}

function readIn({ phase }: KnownAttribute): string {
  return phase === undefined ? '' : ` Read in \`${phase}\`.`;
}

function knownText({ name, usage, says, from }: KnownBashFunction): readonly string[] {
  const source = from === undefined ? 'stdenv' : `the setup hook of \`${from}\``;
  return [`**${name}**, of ${source}`, `\`\`\`bash\n${usage}\n\`\`\``, says];
}

const longest = 200;

function shortened(value: string): string {
  const line = value.replaceAll(/\s+/g, ' ').replaceAll('`', "'");
  return line.length <= longest ? line : `${line.slice(0, longest)} …`;
}
