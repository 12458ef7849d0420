import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { absolutePaths } from '../../server/src/syntax/pathLiterals';
import { evaluateJson } from '../support/nixEval';
import { parsed } from '../support/syntax';

const expressions = [
  'toString ./x.nix',
  'toString ./.',
  'toString ../other/./x.nix',
  'toString ./sub/../x.nix',
  'toString (./. + "/x.nix")',
  'toString (./x + ".nix")',
  'import ./x.nix',
  'map toString [ ./x.nix ./sub/y.nix sub/y.nix ]',
  'let n = "x"; in toString ./${n}.nix',
  'let n = "sub"; in toString ./${n}/y.nix',
  'let n = "sub"; in toString ./${n}',
  'let n = ./sub; in toString ./a/${n}/b',
  'let n = ".."; in toString ./sub/${n}/x.nix',
  'toString ./sub/${"y"}.nix + toString ./x.nix',
  '(x: toString x)./x.nix',
  '{ p = toString ./x.nix; }.p',
  'toString ../${"other"}/z',
  'builtins.readFile ./sub/y.nix',
  'let f = { p ? ./x.nix }: toString p; in f { }',
  '[ (import ./x.nix) ] ++ [ "${toString ./sub}" ]',
  '__curPos.line',
  'let a = 1;\nin\n  [ __curPos.file __curPos.line __curPos.column ]',
];

describe('absolute path literals, compared with Nix in the original folder', () => {
  for (const name of ['plain', 'with space', 'quote" $dollar \\ é']) {
    it(`evaluates the same from elsewhere: ${name}`, async () => {
      const root = mkdtempSync(path.join(tmpdir(), 'phasewise-paths-'));
      try {
        const folder = path.join(root, name);
        mkdirSync(path.join(folder, 'sub'), { recursive: true });
        writeFileSync(path.join(folder, 'x.nix'), '41');
        writeFileSync(path.join(folder, 'sub/y.nix'), '42');
        for (const expression of expressions) {
          const file = path.join(folder, 'main.nix');
          writeFileSync(file, expression);
          const quoted = JSON.stringify(file).replaceAll('$', '\\$');
          const original = evaluateJson(`import (/. + ${quoted})`);
          const elsewhere = absolutePaths(await parsed(expression), folder, 'main.nix').text;
          assert.deepEqual(evaluateJson(elsewhere, '/usr'), original, expression);
        }
      } finally {
        rmSync(root, { recursive: true });
      }
    });
  }
});
