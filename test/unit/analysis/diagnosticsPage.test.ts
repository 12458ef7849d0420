/** docs/diagnostics.md: each code of the text's own diagnostics is explained there, and its examples are what they are said to be. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checks } from '../../../server/src/analysis/checks';
import { withSeverities } from '../../../server/src/analysis/severities';
import { lints } from '../../../server/src/derivation/lints';
import { textFindings } from '../../../server/src/derivation/textFindings';
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

const lintCodes = new Set(lints.map(({ code }) => code));

/** With this one on, were it off by default. */
async function codesOf(text: string, code: string): Promise<string[]> {
  const found = textFindings(await parsed(text));
  const told = withSeverities(found, { [code]: 'warning' }).map((each) => each.code);
  // Examples of derivations leave out the function around them.
  return lintCodes.has(code) ? told.filter((each) => each !== 'undefined-variable') : told;
}

describe('the page of diagnostics', () => {
  for (const code of [...faultCodes, ...[...checks, ...lints].map((check) => check.code)]) {
    it(`has a bad and a good example of ${code}`, async () => {
      const examples = examplesOf(code);
      const [bad, good] = examples;
      assert.ok(bad !== undefined && good !== undefined && examples.length % 2 === 0);
      for (let index = 0; index < examples.length; index += 2) {
        const [wrong = '', right = ''] = examples.slice(index, index + 2);
        assert.ok((await codesOf(wrong, code)).includes(code), `not found in ${wrong}`);
        assert.deepEqual(await codesOf(right, code), [], right);
      }
    });
  }
});
