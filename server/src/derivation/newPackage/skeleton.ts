/** The text of a new package: a function for `callPackage`, as nixfmt writes it. */
import { cargo, goModule, npm } from './managed';
import { python, pythonProject } from './python';
import { autotools, cmake, make, meson } from './compiled';
import { inNixString } from '../../nixString';
import type { NewPackage } from '../../protocol/packageMessages';
import { licensesOf } from './licenses';
import { nameAndVersion, type Origin } from './origin';
import {
  listText,
  nothingSaid,
  stringText,
  type Attribute,
  type BuildPlan,
  type BuildSystem,
  type SourceFiles,
} from './source';
import { regExpText } from '../../regExpText';

/** The first that a source has files of builds it. */
const buildSystems: readonly BuildSystem[] = [
  ...[pythonProject, meson, cmake, autotools, cargo, goModule, python, npm, make],
];

export type PackageSource =
  | { readonly kind: 'fetched'; readonly origin: Origin; readonly hash: string }
  /** `path` as Nix has it, from where the text will be; `name` is the folder's own. */
  | { readonly kind: 'folder'; readonly path: string; readonly name: string };

export function packageSkeleton(source: PackageSource, files: SourceFiles): NewPackage {
  const found = chosen(files);
  const plan = found?.plan ?? unknownPlan;
  const { described } = plan;
  const origin = source.kind === 'fetched' ? source.origin : null;
  const folder = nameAndVersion(source.kind === 'folder' ? source.name : '');
  const name = attributeName(
    [origin?.name, described.name, folder.name].find((one) => one != null && one !== '') ?? '',
  );
  const version = origin?.version ?? described.version ?? folder.version ?? unknownVersion;
  const licenses = licensesOf(files, described.license);
  const own = plan.maker === 'stdenv.mkDerivation' ? 'finalAttrs.version' : 'version';
  const src = source.kind === 'folder' ? source.path : fetchText(source, { name, version, own });
  const homepage = described.homepage ?? origin?.homepage ?? null;
  const attributes: readonly (readonly Attribute[])[] = [
    [
      ['pname', stringText(name)],
      ['version', stringText(version)],
    ],
    [['src', src]],
    ...(plan.nativeBuildInputs.length === 0
      ? []
      : [[['nativeBuildInputs', listText(plan.nativeBuildInputs)] as const]]),
    ...plan.attributes.map((attribute) => [attribute]),
    [['meta', metaText(described.description, homepage, licenses)]],
  ];
  const body = attributes
    .map((group) => group.map(([key, value]) => `  ${key} = ${value};\n`).join(''))
    .join('\n');
  const text = `${head(plan, origin, body)}\n\n${call(plan.maker, own, body)}`;
  return {
    text,
    name,
    version,
    builder: found?.name ?? null,
    notes: [...plan.notes, ...missing(described.description, licenses, version)],
  };
}

function chosen(files: SourceFiles): { readonly name: string; readonly plan: BuildPlan } | null {
  for (const { name, plan } of buildSystems) {
    const made = plan(files);
    if (made !== null) return { name, plan: made };
  }
  return null;
}

const unknownVersion = '0-unstable';

const unknownPlan: BuildPlan = {
  maker: 'stdenv.mkDerivation',
  nativeBuildInputs: [],
  attributes: [],
  described: nothingSaid,
  notes: ['No build system was recognised: write `buildPhase` and `installPhase`.'],
};

/** The formals: what the rest of the text needs. */
function head(plan: BuildPlan, origin: Origin | null, body: string): string {
  const maker = plan.maker.split('.')[0] ?? plan.maker;
  const more = ['rustPlatform'].filter((name) => name !== maker && body.includes(`${name}.`));
  const inputs = plan.nativeBuildInputs.map((name) => name.split('.')[0] ?? name);
  const fetcher = origin === null ? [] : [origin.fetcher];
  const names = [...new Set([maker, ...fetcher, ...inputs, ...more])];
  const formals = [...(/\blib\./.test(body) ? ['lib'] : []), ...names];
  return `{\n${formals.map((name) => `  ${name},\n`).join('')}}:`;
}

/** A fixed point only where something refers to it. */
function call(maker: string, own: string, body: string): string {
  const inherits = /^ +inherit (?:\(finalAttrs\) )?(?:pname|version)\b/m.test(body);
  if (!inherits && !body.includes(`\${${own}}`)) return `${maker} {\n${body}}\n`;
  return own === 'version' ? `${maker} rec {\n${body}}\n` : `${maker} (finalAttrs: {\n${body}})\n`;
}

function fetchText(
  { origin, hash }: Extract<PackageSource, { kind: 'fetched' }>,
  { name, version, own }: { readonly name: string; readonly version: string; readonly own: string },
): string {
  const versioned = new Set(['url', 'tag', 'rev']);
  // What the fetcher is given by the same name and value.
  const same = origin.arguments.filter(
    ([key, value]) => (key === 'pname' && value === name) || (key === 'version' && value === version),
  );
  const from = own === 'version' ? '' : '(finalAttrs) ';
  const inherited = same.length === 0 ? '' : `    inherit ${from}${same.map(([key]) => key).join(' ')};\n`;
  const written = origin.arguments
    .filter((argument) => !same.includes(argument))
    .map(([key, value]) => {
      const text =
        versioned.has(key) && /^\d/.test(version) ? withVersion(value, version, own) : stringText(value);
      return `    ${key} = ${text};\n`;
    });
  return `${origin.fetcher} {\n${inherited}${written.join('')}    hash = "${hash}";\n  }`;
}

/** A text with the version in it said by its name; not within longer numbers, nor within the host. */
function withVersion(value: string, version: string, own: string): string {
  const [, scheme = '', rest = value] = /^(\w+:\/\/[^/]*)(.*)$/.exec(value) ?? [];
  // A number alone in an address (`/2/`) need not be the version.
  if (scheme !== '' && !version.includes('.')) return stringText(value);
  const parts = rest.split(new RegExp(String.raw`(?<!\d|\d\.)${regExpText(version)}(?!\d|\.\d)`));
  return `"${scheme}${parts.map(inNixString).join(`\${${own}}`)}"`;
}

function metaText(description: string | null, homepage: string | null, licenses: readonly string[]): string {
  const named = licenses.map((license) => `lib.licenses.${license}`);
  const lines = [
    ...(description === null ? [] : [`description = ${stringText(asDescription(description))};`]),
    ...(homepage === null ? [] : [`homepage = ${stringText(homepage)};`]),
    ...(named.length === 0
      ? []
      : [
          `license = ${named.length === 1 ? (named[0] ?? '') : `[\n${named.map((one) => `      ${one}\n`).join('')}    ]`};`,
        ]),
    'maintainers = [ ];',
  ];
  return `{\n${lines.map((line) => `    ${line}\n`).join('')}  }`;
}

/** As nixpkgs wants it: no article, a capital letter, no full stop. */
function asDescription(text: string): string {
  const bare = text
    .trim()
    .replace(/^(?:an?|the)\s+(?=\S)/i, '')
    .replace(/\.$/, '');
  return bare.charAt(0).toUpperCase() + bare.slice(1);
}

function missing(
  description: string | null,
  licenses: readonly string[],
  version: string,
): readonly string[] {
  const lacks = [
    ...(description === null ? ['`description`'] : []),
    ...(licenses.length === 0 ? ['`license`'] : []),
  ];
  return [
    ...(lacks.length === 0
      ? []
      : [`The source does not say what belongs in \`meta\` as ${lacks.join(' and ')}.`]),
    ...(version !== unknownVersion ? [] : [`Its version was not found: ${version} stands for it.`]),
  ];
}

/** As nixpkgs writes names: no blanks, and nothing that a store path may not hold. */
function attributeName(name: string): string {
  const allowed = name.replaceAll(/[^\w+.?=-]+/g, '-').replaceAll(/^[-.]+|-+$/g, '');
  return allowed === '' ? 'package' : allowed.toLowerCase();
}
