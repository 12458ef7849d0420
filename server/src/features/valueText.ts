/** What a value is, in words: for hovers and completion. Pure. */
import { pathToFileURL } from 'node:url';
import type { NixPosition } from '../nix/nix';
import type { ToldDerivation, ToldFunction, ToldValue } from '../nix/valueQuestion';
import { escaped } from './markdownText';

/** Where a store path lies on this disk. */
type FileOf = (storePath: string) => string;

export interface AroundValue {
  /** Whether its outputs are there; null when nobody has looked. */
  readonly built: boolean | null;
  readonly fileOf?: FileOf;
}

const mostFormals = 40;
const mostPlatforms = 4;

/** A line about it. */
export function detailOf({ kind, derivation, function: made, count, shown }: ToldValue): string {
  if (derivation !== null) return derivation.version ?? derivation.name ?? 'derivation';
  if (made !== null) return made.formals.length > 0 ? 'function of a set' : 'function';
  if (kind === 'set') return `set of ${count ?? 0} attributes`;
  return shown !== null && shown.length <= 60 ? shown : kind;
}

/** Markdown; what it does not tell is left out. */
export function valueMarkdown(value: ToldValue, around: AroundValue): string {
  const { derivation, function: made } = value;
  if (derivation !== null) return derivationMarkdown(derivation, around);
  if (made !== null) return fenced(functionText(made));
  if (value.shown !== null) {
    const words = value.kind === 'set' ? `set of ${counted(value.count)}` : value.kind;
    return `${fenced(value.shown)}\n\n${words}`;
  }
  return value.kind === 'set' ? `set of ${counted(value.count)}` : '';
}

function counted(count: number | null): string {
  return count === 1 ? '1 attribute' : `${count ?? 0} attributes`;
}

function derivationMarkdown(told: ToldDerivation, around: AroundValue): string {
  const { name, description, broken, insecure, supported } = told;
  const warnings = [
    ...(broken ? ['marked as broken'] : []),
    ...(insecure ? ['known to be insecure'] : []),
    ...(supported ? [] : ['not for this platform']),
  ];
  const states = [...warnings, ...(around.built === null ? [] : [around.built ? 'built' : 'not built'])];
  const title = [`**${escaped(name ?? 'A derivation')}**`, ...states].join(' · ');
  return [
    title,
    ...(description === null ? [] : [escaped(description)]),
    ...facts(told),
    ...storePaths(told, around),
  ].join('\n\n');
}

function facts({
  name,
  version,
  licenses,
  platforms,
  platformCount,
  homepage,
  mainProgram,
}: ToldDerivation): string[] {
  const more = platformCount - mostPlatforms;
  const found = [
    ...(version === null || name?.endsWith(version) === true ? [] : [`version ${escaped(version)}`]),
    ...(licenses.length === 0 ? [] : [licenses.map(escaped).join(', ')]),
    ...(mainProgram === null ? [] : [`program \`${mainProgram}\``]),
    ...(platforms.length === 0
      ? []
      : [
          `${platforms.slice(0, mostPlatforms).map(escaped).join(', ')}${more > 0 ? ` and ${more} more platforms` : ''}`,
        ]),
    ...(homepage !== null && /^https?:\/\/[^\s()<>]+$/.test(homepage) ? [`[homepage](${homepage})`] : []),
  ];
  return found.length === 0 ? [] : [found.join(' · ')];
}

function storePaths({ outputs, paths, drvPath }: ToldDerivation, { fileOf }: AroundValue): string[] {
  // Nobody has asked for them.
  if (drvPath === null && Object.keys(paths).length === 0) return [];
  const lines = outputs.map((output) => {
    const path = paths[output];
    return `- ${escaped(output)}${path === undefined ? '' : `: \`${path}\``}`;
  });
  const link = (path: string): string => {
    const file = fileOf === undefined ? null : pathToFileURL(fileOf(path)).href;
    return file === null ? `\`${path}\`` : `[${escaped(path)}](${file})`;
  };
  return [...(lines.length === 0 ? [] : [lines.join('\n')]), ...(drvPath === null ? [] : [link(drvPath)])];
}

/** As its arguments are written. */
export function functionText({ formals, ellipsis, argument }: ToldFunction): string {
  if (formals.length === 0) return argument === null ? '{ }: …' : `${argument}: …`;
  const names = formals.slice(0, mostFormals).map(({ name, optional }) => (optional ? `${name} ? …` : name));
  const rest = ellipsis || formals.length > mostFormals ? ['...'] : [];
  return `{ ${[...names, ...rest].join(', ')} }: …`;
}

export function fenced(code: string): string {
  return `\`\`\`nix\n${code}\n\`\`\``;
}

/** A link to where it is written. */
export function placeMarkdown({ file, line }: NixPosition, shortened: (file: string) => string): string {
  if (file === null) return '';
  return `defined in [${escaped(shortened(file))}:${line}](${pathToFileURL(file).href}#L${line})`;
}
