import assert from 'node:assert/strict';
import { extensions } from 'vscode';
import { activated, eventually, nixCalls, openExample } from './support';
import { window } from './window';

describe('the extension in a window', () => {
  it('is active once a Nix file is open', async () => {
    const extension = extensions.getExtension('phasewise.phasewise');
    assert.ok(extension, 'the extension is installed');
    await openExample('hello/default.nix');
    await window.waitFor('.tab[data-resource-name="default.nix"]');
    await eventually('it is active', () => extension.isActive);
  });

  it('asks the installed Nix', async () => {
    const api = await activated();
    await eventually('Nix is ready', () => api.status().state === 'ready');
    assert.match(api.status().nixVersion ?? '', /^\d+\.\d+/);
    assert.notDeepEqual(nixCalls(), []);
  });
});
