/** docs/diagnostics.md: each code of the text's own diagnostics is explained there, and its examples are what they are said to be. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checks } from '../../../server/src/analysis/checks';
import { findingsOf } from '../../../server/src/analysis/findings';
import { parsed } from '../../support/syntax';

const page = readFileSync(join(__dirname, '../../../docs/diagnostics.md'), 'utf8');
const faultCodes = [
  'syntax',
  'path-trailing-slash',
  'number-out-of-range',
  'duplicate-attribute',
  'duplicate-formal',
  'dynamic-let',
  'dynamic-inherit',
];

function examplesOf(code: string): string[] {
  const section = new RegExp(`^## ${code}\\n([^]*?)(?=^## |(?![^]))`, 'm').exec(page)?.[1];
  assert.ok(section !== undefined, `docs/diagnostics.md does not explain ${code}`);
  return [...section.matchAll(/^```nix\n([^]*?)^```/gm)].map(([, text]) => text ?? '');
}

async function codesOf(text: string): Promise<string[]> {
  return findingsOf(await parsed(text)).map(({ code }) => code);
}

describe('the page of diagnostics', () => {
  for (const code of [...faultCodes, ...checks.map((check) => check.code)]) {
    it(`has a bad and a good example of ${code}`, async () => {
      const examples = examplesOf(code);
      const [bad, good] = examples;
      assert.ok(bad !== undefined && good !== undefined && examples.length % 2 === 0);
      for (let index = 0; index < examples.length; index += 2) {
        const [wrong = '', right = ''] = examples.slice(index, index + 2);
        assert.ok((await codesOf(wrong)).includes(code), `not found in ${wrong}`);
        assert.deepEqual(await codesOf(right), [], right);
      }
    });
  }
});
