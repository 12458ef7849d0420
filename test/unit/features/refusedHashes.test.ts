import { equal } from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { refusedHashFixes } from '../../../server/src/features/refusedHashes';
import { replaced } from '../../../server/src/syntax/replacement';
import { parsed } from '../../support/syntax';

const folder = join(__dirname, '../../fixtures/logs');

async function fixed(text: string, version: string, name: string): Promise<string> {
  const said = readFileSync(join(folder, `nix-${version}/${name}.txt`), 'utf8');
  const [fix] = refusedHashFixes(await parsed(text), said.slice(said.indexOf('hash mismatch') - 4));
  return fix === undefined ? text : replaced(text, fix.edits);
}

describe('a hash that Nix refuses while evaluating', () => {
  for (const version of ['2.8', '2.26', '2.34']) {
    it(`is replaced where fetchTarball has it, in the words of Nix ${version}`, async () => {
      const text = (hash: string): string => `import (fetchTarball { url = "x"; sha256 = ${hash}; })`;
      const got = '1hlgpdw306ciza22x347amj9dfpyh2rrspfrjzi3171jcb4p3cv3';
      const zero = '0'.repeat(52);
      equal(await fixed(text(`"${zero}"`), version, 'evaluated-hash'), text(`"${got}"`));
      equal(await fixed(text(`"sha256:${zero}"`), version, 'evaluated-hash'), text(`"sha256:${got}"`));
      const sri = '"sha256-Y7NxyWIynDDil9ldnbOA/rqWZFWHjC6E+pEZMHi7j8I="';
      equal(await fixed(text('lib.fakeSha256'), version, 'evaluated-hash'), text(sri));
      equal(await fixed(text('"other"'), version, 'evaluated-hash'), text('"other"'));
    });

    it(`is replaced where fetchTree has it, in the words of Nix ${version}`, async () => {
      const text = (hash: string): string =>
        `fetchTree { type = "tarball"; url = "x"; narHash = "${hash}"; }`;
      equal(
        await fixed(text(`sha256-${'A'.repeat(43)}=`), version, 'evaluated-tree'),
        text('sha256-Y7NxyWIynDDil9ldnbOA/rqWZFWHjC6E+pEZMHi7j8I='),
      );
    });
  }
});
