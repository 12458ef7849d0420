/** What is not as it should be: a Nix that is missing or fails, and files that are hardly texts. Each is said once, and nothing stops. */
import assert from 'node:assert/strict';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { commands, ConfigurationTarget, languages, workspace, type TextDocument } from 'vscode';
import type { PhasewiseApi } from '../../client/src/api';
import {
  closeEverything,
  diagnostic,
  evaluated,
  inWorkspace,
  open,
  openDerivation,
  phasewise,
  replace,
  row,
  until,
} from './phasewise';
import { window } from './window';

const useNix = (path: string | undefined) =>
  workspace.getConfiguration('phasewise').update('nix.path', path, ConfigurationTarget.Workspace);

/** What popped up, but for VS Code's own word on a large file. */
async function messages(): Promise<readonly string[]> {
  const shown = await window.texts('.notification-list-item');
  return shown.filter((text) => !text.includes('turned off for this large file'));
}

describe('a Nix that is missing, and one that fails', () => {
  let api: PhasewiseApi;
  let folder: string;
  before(async () => {
    api = await phasewise();
    folder = await mkdtemp(join(tmpdir(), 'phasewise-no-nix-'));
  });
  afterEach(async () => {
    await useNix(undefined);
    await closeEverything();
    await rm(folder, { recursive: true, force: true });
  });

  /** Syntax features and the drawing from the text work in files that are opened now. */
  async function worksWithout(names: readonly string[]): Promise<void> {
    for (const name of names) {
      const document = await openDerivation(
        `${name}/default.nix`,
        `  name = "${name}";\n  buildPhase = "true";`,
      );
      const uri = document.uri.toString();
      await until(
        'it is drawn from its text',
        () => api.file() === uri && api.message().includes('drawn from the text'),
      );
      assert.equal(row(api, 'buildPhase')?.uri, uri);
      assert.ok(row(api, 'installPhase'), 'the phases that the text does not name are there');
      await replace(document, 'name =', 'name');
      await diagnostic(document, 'its syntax error is shown', ({ range }) => range.start.line === 3);
    }
    assert.deepEqual(await messages(), [], 'no message pops up');
  }

  it('are said in the status bar, once, with what to do; texts are checked and drawn all the same', async () => {
    await useNix(folder);
    await until('it is missing', () => api.status().state === 'nixMissing');
    await window.waitFor('.statusbar-item:has-text("Nix not found")');
    assert.match(api.status().message ?? '', /^There are no Nix programs at .*phasewise-no-nix-/);
    assert.match(api.status().advice ?? '', /Set "phasewise\.nix\.path"/);
    await worksWithout(['without-1', 'without-2']);

    for (const program of ['nix', 'nix-build', 'nix-instantiate', 'nix-store']) {
      await writeFile(join(folder, program), '#!/bin/sh\necho "error: no key for this lock" >&2\nexit 1\n');
      await chmod(join(folder, program), 0o755);
    }
    await commands.executeCommand('phasewise.restartServer');
    await until('it is unusable', () => api.status().state === 'nixUnusable');
    await window.waitFor('.statusbar-item:has-text("Nix unusable")');
    assert.match(api.status().message ?? '', /nix-instantiate does not work.*no key for this lock/s);
    await worksWithout(['without-3', 'without-4']);

    await useNix(undefined);
    await evaluated(api, await open('hello/default.nix'));
    await window.waitForGone('.statusbar-item:has-text("Nix unusable")');
  });
});

describe('files that are hardly texts', () => {
  let api: PhasewiseApi;
  before(async () => (api = await phasewise()));
  afterEach(closeEverything);

  const text = (more: string) =>
    `{ pkgs ? import ../pkgs { } }:\n# ${more}\npkgs.stdenv.mkDerivation {\n  name = "odd";\n  buildPhase = "true";\n}\n`;

  async function openBytes(name: string, bytes: Buffer): Promise<TextDocument> {
    await workspace.fs.writeFile(inWorkspace(`odd/${name}`), bytes);
    const document = await open(`odd/${name}`);
    await until(`${name} is shown`, () => api.file() === document.uri.toString() && row(api, 'odd'));
    return document;
  }

  it('are drawn, or the window says what is wrong with them', async () => {
    await evaluated(api, await openBytes('crlf.nix', Buffer.from(text('CRLF').replaceAll('\n', '\r\n'))));
    await evaluated(api, await openBytes('latin.nix', Buffer.from(text('gr\xfc\xdfe'), 'latin1')));

    const marked = await openBytes('marked.nix', Buffer.from(`\ufeff${text('BOM')}`));
    const problem = await diagnostic(marked, 'the mark is named', ({ message }) =>
      message.includes('byte order mark'),
    );
    assert.equal(problem.range.start.line, 0);

    const large = await openBytes(
      'large.nix',
      Buffer.from(text('x'.repeat(99)) + '# large\n'.repeat(625_000)),
    );
    await until('it is not evaluated unasked', () => api.message().includes('This file is large'));
    await replace(large, 'name = "odd"', 'name = odd');
    await diagnostic(large, 'it is checked all the same', ({ message }) => message.includes('odd'));

    await workspace.fs.writeFile(
      inWorkspace('odd/binary.nix'),
      Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0, 1, 2]),
    );
    await commands.executeCommand('vscode.open', inWorkspace('odd/binary.nix'));
    await window.waitFor('.monaco-editor-pane-placeholder:has-text("binary")');

    const hello = await open('hello/default.nix');
    await evaluated(api, hello);
    assert.deepEqual(languages.getDiagnostics(hello.uri), []);
    assert.deepEqual(await messages(), [], 'no message pops up');
  });
});
