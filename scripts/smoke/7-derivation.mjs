export const title = 'The store derivation, readable, with links';

export async function tell({ command, openFile, see, picture }) {
  await openFile('hello/default.nix');
  await command('View: Hide Panel');
  await command('Phasewise: Open Derivation');
  await see('.tab.active', /hello-1\.0/);
  await see('.editor-instance .view-lines', /builder/i);
  await picture('derivation');
}
