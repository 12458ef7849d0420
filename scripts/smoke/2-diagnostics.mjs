export const title = 'Mistakes are marked as they are typed, and what Nix says of the rest after a pause';

const problem = '.markers-panel .monaco-list-row';

export async function tell({ command, openFile, editLine, undo, see, gone, picture }) {
  await openFile('hello/default.nix');
  await command('Problems: Focus on Problems View');

  await editLine('hello/default.nix', /doCheck = true;/, 'doCheck = true');
  await see(problem, /nix|phasewise/i);
  await picture('syntax-error');
  await undo();
  await gone(problem);

  await editLine('hello/default.nix', /version = "1\.0";/, 'version = finalAttrs.vers;');
  await see(problem, /vers/);
  await picture('evaluation-error');
  await undo();
  await gone(problem);
}
