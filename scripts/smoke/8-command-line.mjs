export const title = 'The same without an editor';

export async function tell({ command, terminal, see, picture }) {
  await command('View: Close All Editors');
  // The prompt would show this machine's name and folder.
  await terminal("PS1='$ '; clear; phasewise phases hello/default.nix");
  await see('.terminal-wrapper.active .xterm-rows', /distPhase/);
  await picture('command-line');
}
