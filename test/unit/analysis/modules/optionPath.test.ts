/** Which option of a module system stands at a cursor, also in text that is half typed. */
import assert from 'node:assert/strict';
import { completionsAt } from '../../../../server/src/analysis/completion';
import { optionAt } from '../../../../server/src/analysis/modules/optionPath';
import { atCursor } from '../../../support/cursor';
import { cursorIn } from '../../../support/fileTrees';
import { nixParser, parsed } from '../../../support/syntax';

/** As `a.b.|` where a name is typed, `a.b = |` where a value is; null where neither is an option's. */
async function typed(withCursor: string): Promise<string | null> {
  const { files, file, offset } = await cursorIn({ 'a.nix': withCursor });
  const parser = await nixParser();
  const around = { files, file: file.file };
  const { option } = await completionsAt(file.tree, offset, (other) => parser.parse(other), around);
  if (option === null) return null;
  return option.kind === 'value'
    ? `${option.path.join('.')} = |`
    : [...option.path.slice(0, -1), '|'].join('.');
}

const module = (body: string): string => `{ config, lib, pkgs, ... }:\n{\n  ${body}\n}\n`;

describe('the option that is typed', () => {
  const cases: readonly (readonly [string, string | null])[] = [
    [module('|'), '|'],
    [module('serv|'), '|'],
    [module('services.|'), 'services.|'],
    [module('services.ngi|'), 'services.|'],
    [module('services.nginx.ena|'), 'services.nginx.|'],
    [module('services.nginx = { ena| };'), 'services.nginx.|'],
    [module('services.nginx = {\n    enable = true;\n    |\n  };'), 'services.nginx.|'],
    [module('services.nginx.virtualHosts."a.b" = { | };'), 'services.nginx.virtualHosts.a.b.|'],
    [
      module('services.nginx.virtualHosts.${config.x} = { locations."/" = { | }; };'),
      'services.nginx.virtualHosts.<name>.locations./.|',
    ],
    [module('services.x.list = [ { na| } ];'), 'services.x.list.|'],
    [module('services.x = lib.mkIf config.y { | };'), 'services.x.|'],
    [module('services.x = lib.mkMerge [ { a = 1; } (lib.mkIf true { | }) ];'), 'services.x.|'],
    [module('config = lib.mkIf config.y { services.| };'), 'services.|'],
    [module('options.a = 1;\n  config = { services.| };'), 'services.|'],
    [module('imports = [ ./a.nix ];\n  services.|'), 'services.|'],
    [module('services.x.enable = |'), 'services.x.enable = |'],
    [module('services.x.enable = |;'), 'services.x.enable = |'],
    [module('services.x = { enable = t| };'), 'services.x.enable = |'],
    [module('services.x.mode = lib.mkDefault |;'), 'services.x.mode = |'],
    [module('services.x = { config, ... }: { ena| };'), 'services.x.|'],
    [module('a = config.services.|'), 'services.|'],
    [module('a = config.services.x ? en|;'), 'services.x.|'],
    [`{ config, ... }:\nlet cfg = config.services.x; in\n{ a = cfg.|; }`, 'services.x.|'],
    [`{ config, ... }:\nlet inherit (config.services) x; in\n{ a = x.|; }`, 'services.x.|'],
    [`{ config, ... }:\nlet cfg = config.services.x; in\n{ config = lib.mkIf cfg.en| { }; }`, 'services.x.|'],
    ['{ services.x.| }', 'services.x.|'],
    ['{ services.x.enable = true; programs.| }', 'programs.|'],
    [module('options.a.| = 1;'), null],
    [module('imports = [ | ];'), null],
    [`{ config, ... }:\nlet a.| = 1; in { }`, null],
    ['{ stdenv, lib, ... }: stdenv.mkDerivation { | }', null],
    [module('services.x = f { | };'), null],
    [module('services.x = if config.| then { } else { };'), '|'],
  ];
  for (const [text, expected] of cases) {
    it(`${String(expected)} in ${JSON.stringify(text)}`, async () =>
      assert.equal(await typed(text), expected));
  }

  it('names that are set beside it are told', async () => {
    const { text, offset } = atCursor(module('services.x = { enable = true; a.b = 1; po| = 1; };'));
    assert.deepEqual([...(optionAt(await parsed(text), offset)?.beside ?? [])], ['enable']);
  });
});
