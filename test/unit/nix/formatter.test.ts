/** The user's formatter, as a program that is really there. */
import assert from 'node:assert/strict';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { formatText } from '../../../server/src/nix/formatter';
import { createProcessRunner } from '../../../server/src/nix/process';

describe('a formatter', () => {
  let folder: string;
  beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'phasewise-formatter-'))));
  afterEach(() => rm(folder, { recursive: true }));

  async function program(name: string, script: string): Promise<void> {
    await writeFile(join(folder, name), `#!/bin/sh\n${script}\n`);
    await chmod(join(folder, name), 0o755);
  }

  async function format(wanted: string): Promise<string> {
    const environment = { PATH: `${folder}:/usr/bin:/bin`, HOME: folder };
    const request = { text: 'a  b', program: wanted, folder, environment };
    const result = await formatText(createProcessRunner(), request, new AbortController().signal);
    return result.ok ? result.value : `${result.error.code}: ${result.error.message}`;
  }

  it('is the first that is found, told to read the text, or the one that is named', async () => {
    await program('alejandra', 'echo "$@"; cat');
    assert.equal(await format(''), '--quiet -\na  b');
    await program('nixfmt', 'tr -s " "');
    assert.equal(await format(''), 'a b');
    assert.equal(await format('alejandra'), '--quiet -\na  b');
    assert.equal(await format('~/nixfmt'), 'a b');
  });

  it('that is not there, or refuses the text, is told', async () => {
    assert.match(await format('no-such-formatter'), /^no-formatter: The formatter “no-such-formatter”/);
    await program('strict', 'echo "line 1: no" >&2; exit 1');
    assert.equal(await format(join(folder, 'strict')), 'format-failed: strict says: line 1: no');
  });
});
