export const title = 'A build is a task, with its phases in the tree';

export async function tell({ command, openFile, choose, row, see, picture }) {
  await openFile('greeting-library/default.nix');
  await row(/^greeter/);
  await command('Tasks: Run Task');
  await choose('phasewise');
  await choose(/greeter/);
  await see('.terminal-wrapper.active .xterm-rows', /\/nix\/store\/.*-greeter/);
  await row(/greeter.*(built|ok|\d s)/s);
  await picture('build');
}
