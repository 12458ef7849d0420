import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { commands, Uri, workspace } from 'vscode';
import type { PhasewiseApi } from '../../client/src/api';
import type { RunResult, VerifyResult } from '../../server/src/protocol/model';
import { closeEverything, evaluated, key, openDerivation, phasewise, until } from './phasewise';
import { window } from './window';

describe('a session against the real build', () => {
  let api: PhasewiseApi;
  before(async () => (api = await phasewise()));
  afterEach(closeEverything);

  it('gives the edits of its source as a patch that the file applies', async () => {
    const document = await openDerivation(
      'edited/default.nix',
      '  name = "edited";\n  src = ../hello/src;\n  installPhase = "cp hello.c $out";',
    );
    await evaluated(api, document);
    const result = await commands.executeCommand<RunResult>('phasewise.runUntil', {
      ...key(document),
      phase: 'patchPhase',
    });
    const record = JSON.parse(readFileSync(join(result.session, 'session.json'), 'utf8')) as { work: string };
    const source = join(record.work, 'build/src/hello.c');
    writeFileSync(source, `// edited here\n${readFileSync(source, 'utf8')}`);
    const saving = commands.executeCommand('phasewise.saveEditsAsPatch', key(document));
    await window.waitFor('.quick-input-widget .quick-input-title:has-text("Save Edits as Patch")');
    await window.press('Enter');
    await until('it is added', () => document.getText().includes('patches = [ ./edited.patch ];'));
    const patch = Uri.joinPath(document.uri, '../edited.patch');
    assert.match(String(await workspace.fs.readFile(patch)), /^\+\/\/ edited here$/m);
    await until('it is saved', () => !document.isDirty);
    await window.waitFor(
      '.notification-list-item-message:has-text("Saved 1 file in edited/edited.patch and added it")',
    );
    await commands.executeCommand('notifications.clearAll');
    await saving;
    const verified = await commands.executeCommand<VerifyResult>('phasewise.verify', key(document));
    assert.deepEqual(verified, { same: true, differences: [] });
  });

  it('is compared with it, and differences are listed with what they may come from', async () => {
    const document = await openDerivation(
      'unlike/default.nix',
      '  name = "unlike";\n  dontUnpack = true;\n  installPhase = "head -c 8 /dev/urandom | od -An -tx1 > $out";',
    );
    await evaluated(api, document);
    const verified = await commands.executeCommand<VerifyResult>('phasewise.verify', key(document));
    assert.equal(verified.same, false);
    const report = await until('the differences are shown', () =>
      workspace.textDocuments.find(({ uri }) => uri.path.includes('unlike, compared with a real build')),
    );
    assert.match(
      report.getText(),
      /out differs from the real build at byte \d+\.\n\nWhy that may be:\n {2}- /,
    );
  });
});
