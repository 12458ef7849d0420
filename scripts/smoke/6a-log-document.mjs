export const title = 'A log as a document, at the line that failed';

export async function tell({ command, openFile, see, picture }) {
  await openFile('broken-configure/default.nix');
  await command('Phasewise: Open Log');
  await see('.editor-group-container.active .view-lines', /source\sroot\sis\ssrc/);
  await command('View: Close Panel');
  await picture('log-document');
}
