export const title = 'The same without an editor';

export async function tell({ command, terminal, see, picture }) {
  await command('View: Close All Editors');
  await terminal('clear; phasewise phases hello/default.nix');
  await see('.terminal-wrapper.active .xterm-rows', /distPhase/);
  await picture('command-line');
}
