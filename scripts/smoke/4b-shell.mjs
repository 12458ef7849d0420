export const title = 'A shell stands where the phase failed';

export async function tell({ page, command, openFile, choose, see, gone, row, picture }) {
  await openFile('broken-configure/default.nix');
  await row(/^answer-0\.3.*failed/s);
  await command('Phasewise: Open Shell Here');
  await choose('configurePhase');
  const screen = '.terminal-wrapper.active .xterm-rows';
  await see(screen, /\[answer configurePhase/);
  // One after the other: what is typed ahead is echoed between the lines.
  for (const [line, answer] of [
    ['declare -p version declared', 'declared="0.3"'],
    ['cat VERSION', /VERSION\s*0\.3/],
    ['grep -x "$version" VERSION && echo found', /0\.3\s*found/],
  ]) {
    await page.keyboard.type(`${line}\n`);
    await see(screen, answer);
  }
  await picture('shell');
  await page.keyboard.type('exit\n');
  // The panel goes with its last terminal, and takes the keys of what is done next until then.
  await gone('.terminal-wrapper.active');
}
