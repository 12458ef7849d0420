export const title = 'The log of the build, its phases marked';

export async function tell({ command, openFile, see, picture }) {
  await openFile('hello/default.nix');
  await command('Phasewise: Build Derivation');
  await see('.terminal-wrapper.active .xterm-rows', /\/nix\/store\/.*-hello-1\.0/);
  await command('Phasewise: Show Log');
  await see('.output-view .view-lines', /installPhase/);
  await picture('log');
}
