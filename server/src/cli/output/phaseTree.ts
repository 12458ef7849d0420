/** The phase tree for people. */
import type { Derivation, Hook, Origin, Phase, SetupHook } from '../../protocol/model';
import type { Colours } from './colours';
import { placeText, shortPath } from './diagnosticText';

/** One derivation with its phases in running order, their hooks inside them, where each comes from, what is skipped and why. */
export function phaseTree(derivation: Derivation, cwd: string, colours: Colours): string {
  const context = { cwd, colours, width: nameWidth(derivation) };
  const lines = [heading(derivation, cwd, colours)];
  for (const phase of derivation.phases) lines.push(...phaseLines(phase, context));
  if (derivation.phases.length === 0) lines.push(`  ${colours.dim(structureWords(derivation.structure))}`);
  lines.push(...setupHookLines(derivation.setupHooks ?? [], colours));
  if (derivation.note !== null) lines.push(`  ${colours.yellow('note:')} ${derivation.note}`);
  return `${lines.join('\n')}\n`;
}

interface TreeContext {
  readonly cwd: string;
  readonly colours: Colours;
  readonly width: number;
}

function heading(derivation: Derivation, cwd: string, colours: Colours): string {
  const { name, attr, file, range } = derivation;
  const title = colours.bold(name ?? (attr === '' ? 'derivation' : attr));
  const place = range === null ? shortPath(file, cwd) : placeText({ file, range }, cwd);
  const attribute = attr === '' || name === null ? '' : ` (${attr})`;
  return `${title}${attribute}  ${colours.dim(`${place}, ${sourceWords(derivation)}`)}`;
}

function sourceWords({ source, structure }: Derivation): string {
  if (source === 'static') return 'read from the text alone';
  if (structure === 'builder') return 'a builder without stdenv';
  return source === 'evaluated' ? 'evaluated' : 'as its stdenv runs it';
}

function structureWords(structure: Derivation['structure']): string {
  if (structure === 'builder') return 'a builder of its own, without phases';
  return structure === 'buildCommand' ? 'one build command, without phases' : 'no phases';
}

function nameWidth(derivation: Derivation): number {
  const names = derivation.phases.flatMap(({ name, hooks }) => [
    name.length + 2,
    ...hooks.map((hook) => shortened(hook.name).length + 13),
  ]);
  return Math.max(0, ...names);
}

function phaseLines(phase: Phase, context: TreeContext): readonly string[] {
  const { colours, width } = context;
  const from = originWords(phase.origin, context.cwd);
  if (!phase.runs) {
    const reason = phase.skipReason === null ? 'skipped' : `skipped: ${phase.skipReason}`;
    return [colours.dim(`  ○ ${phase.name.padEnd(width)}${reason}`)];
  }
  return [
    `  ${colours.green('●')} ${phase.name.padEnd(width)}${colours.dim(from)}`,
    ...phase.hooks.map((hook) => hookLine(hook, context)),
  ];
}

function hookLine(hook: Hook, { cwd, colours, width }: TreeContext): string {
  const label = `${hook.when.padEnd(8)} ${shortened(hook.name)}`;
  if (hook.runs === false) {
    return colours.dim(
      `      ${label.padEnd(width - 4)}  does not run: ${hook.reason ?? 'nothing calls it'}`,
    );
  }
  return `      ${label.padEnd(width - 4)}  ${colours.dim(originWords(hook.origin, cwd))}`;
}

/** Each input's setup hook with what it did, those left out that did nothing to be seen. */
function setupHookLines(hooks: readonly SetupHook[], colours: Colours): readonly string[] {
  const told = hooks.flatMap((hook) => {
    const words = setupHookWords(hook);
    return words === '' ? [] : [{ name: hook.name, words }];
  });
  if (told.length === 0) return [];
  const width = Math.max(...told.map(({ name }) => name.length));
  return [
    '  Setup hooks of its inputs',
    ...told.map(({ name, words }) => `      ${name.padEnd(width)}  ${colours.dim(words)}`),
  ];
}

function setupHookWords({ phasesReplaced, phasesAdded, hooksAdded, variables }: SetupHook): string {
  const parts = [
    phasesReplaced.length === 0 ? '' : `replaces ${phasesReplaced.join(', ')}`,
    phasesAdded.length === 0 ? '' : `brings ${phasesAdded.join(', ')}`,
    ...hooksAdded.map(({ array, entry }) =>
      array === entry ? `defines ${array}` : `adds ${shortened(entry)} to ${array}`,
    ),
    variables.length === 0 ? '' : `sets ${variables.map(({ name }) => name).join(', ')}`,
  ];
  return parts.filter((part) => part !== '').join('; ');
}

/** An entry of a hook array may be a whole command. */
function shortened(name: string): string {
  const line = name.replace(/\s+/g, ' ');
  return line.length > 34 ? `${line.slice(0, 33)}…` : line;
}

function originWords({ kind, file, range, input }: Origin, cwd: string): string {
  const place = file === null ? null : lineOf(storeName(file) ?? shortPath(file, cwd), range);
  switch (kind) {
    case 'attribute':
      return place ?? 'an attribute';
    case 'setup':
      return place === null ? "stdenv's setup" : `stdenv's ${place}`;
    case 'setupHook':
      return `setup hook ${place ?? storeName(input ?? '') ?? 'of an input'}`;
    case 'absent':
      return 'nothing defines it';
  }
}

/** The part of a store path that means something to a person: `setup` of `/nix/store/HASH-stdenv/setup`. */
function storeName(path: string): string | null {
  const inside = /^\/.*?\/[0-9a-z]{32}-([^/]+)(?:\/(.+))?$/.exec(path);
  return inside === null ? null : (inside[2] ?? inside[1] ?? null);
}

function lineOf(file: string, range: Origin['range']): string {
  return range === null ? file : `${file}:${range.start.line + 1}`;
}
