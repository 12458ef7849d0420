import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { defaultSettings } from '../../../server/src/protocol/settings';

interface Manifest {
  readonly icon: string;
  readonly capabilities: { readonly untrustedWorkspaces: { readonly restrictedConfigurations: string[] } };
  readonly contributes: {
    readonly commands: readonly { readonly command: string; readonly category: string }[];
    readonly menus: Readonly<Record<string, readonly { readonly command: string }[]>>;
    readonly keybindings: readonly { readonly command: string }[];
    readonly viewsContainers: { readonly activitybar: readonly { readonly icon: string }[] };
    readonly viewsWelcome: readonly { readonly contents: string }[];
    readonly grammars: readonly { readonly path: string }[];
    readonly languages: readonly { readonly configuration?: string }[];
    readonly configuration: readonly {
      readonly properties: Readonly<Record<string, { readonly default: unknown; readonly scope: string }>>;
    }[];
  };
}

const root = join(__dirname, '../../..');
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Manifest;
const { contributes } = manifest;
const properties = Object.assign({}, ...contributes.configuration.map((part) => part.properties)) as Record<
  string,
  { readonly default: unknown; readonly scope: string }
>;

function flat(settings: object): [string, unknown][] {
  return Object.entries(settings).flatMap(([section, values]) =>
    Object.entries(values as object).map(([name, value]): [string, unknown] => [
      `phasewise.${section}.${name}`,
      value,
    ]),
  );
}

describe('the manifest', () => {
  it('offers every setting of the server with the same default', () => {
    for (const [name, value] of flat(defaultSettings))
      assert.deepEqual(properties[name]?.default, value, name);
  });

  it('lets no untrusted workspace say which programs run', () => {
    const programs = Object.keys(properties).filter((name) =>
      /^phasewise\.(?:nix\.|(?:phases\.strace|formatting\.shfmt)$|(?:formatting|shellcheck)\.program$)/.test(
        name,
      ),
    );
    assert.deepEqual(manifest.capabilities.untrustedWorkspaces.restrictedConfigurations, programs);
    for (const name of programs) assert.equal(properties[name]?.scope, 'machine-overridable', name);
  });

  it('names only commands that it contributes, in menus, keys and welcome texts', () => {
    const known = new Set(contributes.commands.map(({ command }) => command));
    const links = contributes.viewsWelcome.flatMap(({ contents }) =>
      [...contents.matchAll(/\(command:(phasewise\.\w+)/g)].map((match) => match[1] ?? ''),
    );
    const used = [
      ...Object.values(contributes.menus).flatMap((items) => items.map(({ command }) => command)),
      ...contributes.keybindings.map(({ command }) => command),
      ...links,
    ];
    assert.deepEqual(
      used.filter((command) => !known.has(command)),
      [],
    );
  });

  it('leaves the commands of the language server to it', () => {
    const ids = contributes.commands.map(({ command }) => command);
    assert.ok(!ids.includes('phasewise.run') && !ids.includes('phasewise.build'));
    assert.ok(contributes.commands.every(({ category }) => category === 'Phasewise'));
  });

  it('names files that exist', () => {
    const files = [
      manifest.icon,
      ...contributes.viewsContainers.activitybar.map(({ icon }) => icon),
      ...contributes.grammars.map(({ path }) => path),
      ...contributes.languages.flatMap(({ configuration }) => configuration ?? []),
    ];
    assert.deepEqual(
      files.filter((file) => !existsSync(join(root, file))),
      [],
    );
  });
});
