/** Sources that a language's own tools build: cargo, go, npm. */
import { nothingSaid, said as string, type BuildPlan, type BuildSystem } from './source';
import { readToml } from './toml';
import { parseJsonObject } from '../../json';

export const cargo: BuildSystem = {
  name: 'cargo',
  plan: ({ names, text }) => {
    const file = text('Cargo.toml');
    if (file === null) return null;
    const toml = readToml(file);
    const said = (key: string): string | null =>
      string(toml.get(`package.${key}`)) ?? string(toml.get(`workspace.package.${key}`));
    return {
      maker: 'rustPlatform.buildRustPackage',
      nativeBuildInputs: [],
      attributes: [['cargoHash', 'lib.fakeHash']],
      described: {
        name: said('name'),
        version: said('version'),
        description: said('description'),
        homepage: said('homepage') ?? said('repository'),
        license: said('license')?.replaceAll('/', ' OR ') ?? null,
      },
      notes: names.has('Cargo.lock')
        ? []
        : ['There is no Cargo.lock: give one with `cargoLock.lockFile` and `postPatch`.'],
    };
  },
};

export const goModule: BuildSystem = {
  name: 'go',
  plan: ({ names, text }) => {
    const file = text('go.mod');
    if (file === null) return null;
    const path = /^module\s+"?([^\s"]+)/m.exec(file)?.[1] ?? null;
    const needs = /^[ \t]*require\b/m.test(file) && !names.has('vendor');
    return {
      maker: 'buildGoModule',
      nativeBuildInputs: [],
      attributes: [['vendorHash', needs ? 'lib.fakeHash' : 'null']],
      described: {
        ...nothingSaid,
        name:
          path
            ?.replace(/\/v\d+$/, '')
            .split('/')
            .at(-1) ?? null,
        homepage:
          path !== null && /^[\w-]+\.[\w.-]+\/./.test(path) ? `https://${path.replace(/\/v\d+$/, '')}` : null,
      },
      notes: [],
    };
  },
};

export const npm: BuildSystem = {
  name: 'npm',
  plan: ({ names, text }) => {
    const file = text('package.json');
    const json = file === null ? null : parseJsonObject(file);
    if (json === null) return null;
    const { name, version, description, homepage, license, scripts } = json;
    const builds = typeof scripts === 'object' && scripts !== null && 'build' in scripts;
    return {
      maker: 'buildNpmPackage',
      nativeBuildInputs: [],
      attributes: [['npmDepsHash', 'lib.fakeHash'], ...(builds ? [] : [['dontNpmBuild', 'true'] as const])],
      described: {
        name: string(name)?.replace(/^@[^/]*\//, '') ?? null,
        version: string(version),
        description: string(description),
        homepage: string(homepage)?.replace(/#readme$/, '') ?? null,
        license: string(license),
      },
      notes: lockNotes(names),
    };
  },
};

function lockNotes(names: ReadonlySet<string>): BuildPlan['notes'] {
  if (names.has('package-lock.json') || names.has('npm-shrinkwrap.json')) return [];
  const other = ['yarn.lock', 'pnpm-lock.yaml'].find((name) => names.has(name));
  return [
    other === undefined
      ? 'There is no package-lock.json: make one with `npm install --package-lock-only` and copy it in `postPatch`.'
      : `Its dependencies are those of ${other}, which buildNpmPackage does not read: use nixpkgs’ hooks for ${other.startsWith('yarn') ? 'yarn' : 'pnpm'}.`,
  ];
}
