import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { commands, debug, window as editors } from 'vscode';
import type { PhasewiseApi } from '../../client/src/api';
import { closeEverything, evaluated, icon, key, openDerivation, phasewise, row, until } from './phasewise';
import { window } from './window';

const shells = join(process.env['XDG_STATE_HOME'] ?? join(homedir(), '.local/state'), 'phasewise/shells');

/** Folders of the shells that are open. */
function openShells(): readonly string[] {
  try {
    return readdirSync(shells).map((id) => join(shells, id));
  } catch {
    // None was opened yet.
    return [];
  }
}

/** A file in the build directory of the copy that the only open shell has. */
function inCopy(file: string): string {
  try {
    const work = readFileSync(join(openShells()[0] ?? '', 'work'), 'utf8');
    return readFileSync(join(work, 'build', file), 'utf8');
  } catch {
    // It is not written yet.
    return '';
  }
}

function terminalNamed(name: string) {
  return editors.terminals.find((terminal) => terminal.name === name);
}

describe('a shell at a phase', () => {
  let api: PhasewiseApi;
  before(async () => (api = await phasewise()));
  afterEach(async () => {
    await debug.stopDebugging();
    for (const terminal of editors.terminals) terminal.dispose();
    await until('every shell is left', () => openShells().length === 0);
    await closeEverything();
  });

  it("opens from the row's menu in a terminal, once what comes before has run, and leaves nothing", async () => {
    const document = await openDerivation(
      'shell/default.nix',
      '  pname = "shell";\n  version = "1";\n  dontUnpack = true;\n  configurePhase = "greeting=hello; list=(a \'b c\')";\n  buildPhase = "echo $greeting > made";\n  installPhase = "cp made $out";',
    );
    await evaluated(api, document);
    await commands.executeCommand('phasewise.phases.focus');
    await until('the stdenv has answered', () => api.message().includes('asked of its stdenv'));
    await window.click('.monaco-list-row[aria-label^="phase buildPhase"]');
    await window.press('Shift+F10');
    await window.clickInMenu('Open Shell Here');
    await window.click('.notification-list-item .monaco-button:has-text("Run Them First")');
    await until('the terminal is there', () => terminalNamed('shell-1 buildPhase'));
    assert.equal(icon(api, 'configurePhase'), 'pass-filled');
    await window.waitFor('.terminal-wrapper.active .xterm');
    const typed =
      'declare -p greeting list > "$NIX_BUILD_TOP/seen"; runPhase buildPhase; cat made >> "$NIX_BUILD_TOP/seen"\n';
    await until('the shell is ready', () => inCopy('env-vars') !== '');
    terminalNamed('shell-1 buildPhase')?.sendText(typed, false);
    await until('the command ran', () => inCopy('seen').endsWith('\nhello\n'));
    assert.equal(inCopy('seen'), 'declare -- greeting="hello"\ndeclare -a list=([0]="a" [1]="b c")\nhello\n');
    assert.notEqual(icon(api, 'buildPhase'), 'pass-filled', 'the session knows nothing of it');
    await window.type('exit\n');
    await until('the terminal is gone', () => terminalNamed('shell-1 buildPhase') === undefined);
    await until('nothing is left', () => openShells().length === 0);
    assert.equal(row(api, 'buildPhase')?.phase, 'buildPhase');
  });

  it('stands where the phase failed, and is gone with its terminal', async () => {
    const document = await openDerivation(
      'shell-failed/default.nix',
      '  name = "shell-failed";\n  dontUnpack = true;\n  buildPhase = "answer=42; echo $answer > made; grep -q 43 made";',
    );
    await evaluated(api, document);
    await commands.executeCommand('phasewise.runPhase', { ...key(document), phase: 'buildPhase' });
    await until('it failed', () => icon(api, 'buildPhase') === 'error');
    await commands.executeCommand('phasewise.openShell', { ...key(document), phase: 'buildPhase' });
    const terminal = await until('the terminal is there', () =>
      terminalNamed('shell-failed buildPhase failed'),
    );
    terminal.sendText('cp made "$NIX_BUILD_TOP/seen"; echo "$answer" >> "$NIX_BUILD_TOP/seen"');
    await until('the command ran', () => inCopy('seen') === '42\n42\n');
    terminal.dispose();
    await until('nothing is left', () => openShells().length === 0);
  });

  it('stands where the debugger does, which goes on as if nothing had been', async () => {
    const document = await openDerivation(
      'shell-stopped/default.nix',
      '  name = "shell-stopped";\n  dontUnpack = true;\n  buildPhase = "work() { local answer=42; echo $answer > made; grep -q 43 made; true; }; work";\n  installPhase = "touch $out";',
    );
    await evaluated(api, document);
    const debugged = commands.executeCommand('phasewise.debugPhase', {
      ...key(document),
      phase: 'buildPhase',
    });
    await until('it stands at the beginning', () => debug.activeStackItem !== undefined);
    await debugged;
    await commands.executeCommand('workbench.action.debug.continue');
    await window.waitFor('.exception-widget:has-text("exit code 1")');
    await window.click('.debug-toolbar .action-label[aria-label^="Open Shell Here"]');
    const terminal = await until('the terminal is there', () => terminalNamed('buildPhase stopped'));
    terminal.sendText('cp made "$NIX_BUILD_TOP/seen"; echo "$answer" >> "$NIX_BUILD_TOP/seen"; rm made');
    await until('the command ran', () => inCopy('seen') === '42\n42\n');
    await window.screenshot('shell-stopped');
    terminal.dispose();
    await until('nothing is left', () => openShells().length === 0);
    await commands.executeCommand('phasewise.ignoreFailure');
    await until('it has run to its end', () => debug.activeDebugSession === undefined);
  });
});
