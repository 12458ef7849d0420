export const title = 'The view shows the phases with their hooks, what is skipped, and where each comes from';

export async function tell({ command, openFile, row, see, expandAll, picture }) {
  await openFile('hello/default.nix');
  await command('View: Hide Panel');
  await command('Phasewise: Focus on Phases View');
  await row(/buildPhase/);
  await row(/distPhase.*(skipped|doDist)/s);
  await see('.pane-body', 'asked of its stdenv');
  await expandAll();
  await row(/_multioutConfig/);
  await row(/preBuild/);
  await row(/postInstall/);
  await picture('phases');
}
