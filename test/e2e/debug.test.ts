import assert from 'node:assert/strict';
import { commands, debug, DebugStackFrame, Selection, window as editors, type TextDocument } from 'vscode';
import type { PhasewiseApi } from '../../client/src/api';
import {
  closeEverything,
  evaluated,
  icon,
  key,
  openDerivation,
  phasewise,
  replace,
  until,
} from './phasewise';
import { window } from './window';

const attributes = `  name = "debugged";
  dontUnpack = true;
  preBuild = ''
    name=world
    greeting="hello $name"
  '';
  buildPhase = ''
    runHook preBuild
    echo "$greeting" > message
    grep changed message
    test -e missing
    echo "not reached without help"
  '';
  installPhase = "cp message $out";`;

describe('debugging', () => {
  let api: PhasewiseApi;
  before(async () => (api = await phasewise()));
  afterEach(async () => {
    await debug.stopDebugging();
    debug.removeBreakpoints(debug.breakpoints);
    await closeEverything();
  });

  it('stops at a red dot in a phase, steps into a hook, changes a variable, ignores a failure, and finishes', async () => {
    const document = await openDerivation('debugged/default.nix', attributes);
    await evaluated(api, document);
    await dot(document, 'runHook preBuild');
    await dot(document, 'echo "$greeting"');
    const ended = theEnd();
    await window.press('F5');
    await standsAt(document, 'runHook preBuild');
    await commands.executeCommand('workbench.action.debug.stepInto');
    await standsAt(document, 'name=world');
    await window.waitFor('.debug-call-stack .monaco-list-row:has-text("preBuild")');
    await window.screenshot('debug-hook');
    await commands.executeCommand('workbench.action.debug.continue');
    await standsAt(document, 'echo "$greeting"');
    await window.hover('.view-line:has-text("echo") span:text-matches("greeting")');
    await window.waitFor('.debug-hover-widget:has-text("hello world")');
    await window.screenshot('debug');
    await set('greeting', 'changed');
    await commands.executeCommand('workbench.action.debug.continue');
    await standsAt(document, 'test -e missing');
    await window.waitFor('.exception-widget:has-text("exit code 1")');
    await window.screenshot('debug-failure');
    await commands.executeCommand('phasewise.ignoreFailure');
    await ended;
    assert.equal(editors.activeTextEditor?.document, document);
  });

  it('takes up a failed run at its failing command, and begins the phase again with an edit', async () => {
    const document = await openDerivation(
      'failed/default.nix',
      `  name = "failed-${Date.now()}";
  dontUnpack = true;
  buildPhase = ''
    echo begun
    cat missing > message
    : last
  '';
  installPhase = "cp message $out";`,
    );
    await evaluated(api, document);
    await commands.executeCommand('phasewise.runAll', key(document));
    await until('it failed', () => icon(api, 'buildPhase') === 'error');
    const ended = theEnd();
    await commands.executeCommand('phasewise.debugFailure', key(document));
    await standsAt(document, 'cat missing');
    await replace(document, 'cat missing', 'echo mended');
    await document.save();
    await commands.executeCommand('phasewise.restartPhase');
    await standsAt(document, 'echo begun');
    const editor = await editors.showTextDocument(document);
    const at = document.positionAt(document.getText().indexOf(': last'));
    editor.selection = new Selection(at, at);
    await commands.executeCommand('editor.debug.action.runToCursor');
    await standsAt(document, ': last');
    await commands.executeCommand('workbench.action.debug.continue');
    await ended;
  });
});

/** Resolves when a debug session has ended. */
function theEnd(): Promise<void> {
  return new Promise((resolve) => {
    const subscription = debug.onDidTerminateDebugSession(() => {
      subscription.dispose();
      resolve();
    });
  });
}

/** Sets a breakpoint on the line with this text, as a user does with the keyboard. */
async function dot(document: TextDocument, text: string): Promise<void> {
  const editor = await editors.showTextDocument(document);
  const at = document.positionAt(document.getText().indexOf(text));
  editor.selection = new Selection(at, at);
  await commands.executeCommand('editor.debug.action.toggleBreakpoint');
}

/** Waits until the frame in front is on the line with this text. */
async function standsAt(document: TextDocument, text: string): Promise<void> {
  const line = document.positionAt(document.getText().indexOf(text)).line;
  await until(`it stands at ${text}`, () => {
    const item = debug.activeStackItem;
    const editor = editors.activeTextEditor;
    const here = item instanceof DebugStackFrame && editor?.document === document;
    return here && editor.selection.active.line === line;
  });
}

/** Sets a variable of the frame in front. */
async function set(name: string, value: string): Promise<void> {
  const item = debug.activeStackItem;
  assert.ok(item instanceof DebugStackFrame);
  const { session, frameId } = item;
  const { scopes } = (await session.customRequest('scopes', { frameId })) as {
    scopes: { name: string; variablesReference: number }[];
  };
  const reference = scopes.find((scope) => scope.name === 'Shell')?.variablesReference;
  const answer = (await session.customRequest('setVariable', {
    variablesReference: reference,
    name,
    value,
  })) as {
    value: string;
  };
  assert.equal(answer.value, value);
}
