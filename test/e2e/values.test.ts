/** Answers from values, in the window: names of an evaluated set while one types, and what a package is. */
import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import {
  commands,
  ConfigurationTarget,
  languages,
  Selection,
  window as editors,
  workspace,
  type Diagnostic,
  type Hover,
  type MarkdownString,
  type Position,
  type TextDocument,
} from 'vscode';
import { mend } from './lightbulb';
import { closeEverything, diagnostic, inWorkspace, open, phasewise, replace, until } from './phasewise';
import { window } from './window';

const suggestions = '.suggest-widget .monaco-list-row';

/** Texts alone do not tell what is in it. */
const set = '{ }: builtins.mapAttrs (_: value: value) (import ../pkgs { })\n';
const text = `{ pkgs ? import ./set.nix { } }:

pkgs.stdenv.mkDerivation {
  pname = "counted";
  version = "1.0";
  buildInputs = with pkgs; [
    lineread
  ];
}
`;

/** What the server tells of a place. */
async function hoverAt({ uri }: TextDocument, position: Position): Promise<string> {
  const hovers = await commands.executeCommand<Hover[]>('vscode.executeHoverProvider', uri, position);
  return hovers.flatMap(({ contents }) => contents.map((one) => (one as MarkdownString).value)).join();
}

/** Asks for the list with what its first entry is; a list that is drawn anew at that moment swallows the key. */
async function showDetails(details: string): Promise<void> {
  await window.press('Control+Space');
  await window.waitFor(details, 4000).catch(() => window.press('Control+Space'));
  await window.waitFor(details);
}

/** With a link to its explanation it is an object. */
function codeOf(code: Diagnostic['code']): unknown {
  return typeof code === 'object' ? code.value : code;
}

const flake = `{
  inputs.nixpkgs.url = "path:./nixpkgs";
  outputs = { self, nixpkgs }:
    let pkgs = nixpkgs.legacyPackages.x86_64-linux; in
    {
      devShells.x86_64-linux.default = pkgs.stdenv.mkDerivation {
        name = "shell";
        buildInputs = with pkgs; [ lineread ];
      };
    };
}
`;
const nixpkgs = '{ outputs = { self }: { legacyPackages.x86_64-linux = import ../../set.nix { }; }; }\n';
const lock = {
  nodes: {
    nixpkgs: { locked: { type: 'path', path: './nixpkgs' }, original: { type: 'path', path: './nixpkgs' } },
    root: { inputs: { nixpkgs: 'nixpkgs' } },
  },
  root: 'root',
  version: 7,
};

describe('answers from values', () => {
  before(phasewise);
  afterEach(closeEverything);

  it('completes a package of the set in scope and tells what it is', async () => {
    await workspace.fs.writeFile(inWorkspace('values/set.nix'), Buffer.from(set));
    await workspace.fs.writeFile(inWorkspace('values/default.nix'), Buffer.from(text));
    const document = await open('values/default.nix');
    const editor = await editors.showTextDocument(document);
    // The evaluator is there: the first answer may come after the letter that asked.
    const first = document.positionAt(text.indexOf('lineread'));
    while (!(await hoverAt(document, first)).includes('Reads one line')) await pause(50);
    const end = document.positionAt(text.indexOf('lineread') + 'lineread'.length);
    editor.selection = new Selection(end, end);
    await window.waitFor(`.statusbar-item:has-text("Ln ${end.line + 1}, Col ${end.character + 1}")`);
    await window.type('\n');
    await window.type('big');
    await window.waitFor(`${suggestions}:has-text("bignum")`);
    await showDetails('.suggest-details:has-text("Powers of whole numbers")');
    await window.screenshot('values-completion');
    await window.press('Enter');
    await until('it is written', () => document.getText().includes('    bignum\n'));
    const name = document.positionAt(document.getText().indexOf('lineread') + 2);
    editor.selection = new Selection(name, name);
    await commands.executeCommand('editor.action.showHover');
    await window.waitFor('.monaco-hover:has-text("lineread-1.2"):has-text("defined in")');
    await window.screenshot('values-hover');
  });

  it('proposes the options of a module and tells what one is', async () => {
    // What a module system makes of its modules.
    const options = `{
      services.web = {
        enable = { _type = "option"; type = { name = "bool"; description = "boolean"; }; description = "Whether to enable the web server."; default = false; };
        mode = { _type = "option"; type = { name = "str"; description = "string"; }; description = "How it serves."; declarations = [ ${JSON.stringify(inWorkspace('values/options.nix').fsPath)} ]; };
      };
    }`;
    await workspace.fs.writeFile(inWorkspace('values/options.nix'), Buffer.from(options));
    const module = '{ config, lib, ... }:\n\n{\n  services.web = {\n    enable = true;\n  };\n}\n';
    const settings = workspace.getConfiguration('phasewise');
    const set = (value: readonly string[] | undefined) =>
      settings.update('evaluation.moduleOptions', value, ConfigurationTarget.Workspace);
    await set([`import ${inWorkspace('values/options.nix').fsPath}`]);
    try {
      await workspace.fs.writeFile(inWorkspace('values/module.nix'), Buffer.from(module));
      const document = await open('values/module.nix');
      const editor = await editors.showTextDocument(document);
      const first = document.positionAt(module.indexOf('enable'));
      while (!(await hoverAt(document, first)).includes('Whether to enable')) await pause(50);
      const end = document.positionAt(module.indexOf('true;') + 'true;'.length);
      editor.selection = new Selection(end, end);
      await window.waitFor(`.statusbar-item:has-text("Ln ${end.line + 1}, Col ${end.character + 1}")`);
      await window.type('\n');
      await window.type('mo');
      await window.waitFor(`${suggestions}:has-text("mode")`);
      await showDetails('.suggest-details:has-text("How it serves")');
      await window.screenshot('module-options');
      await window.press('Enter');
      await until('it is written', () => document.getText().includes('    mode\n'));
      await window.type(' = "fast";');
      const name = document.positionAt(document.getText().indexOf('mode') + 2);
      editor.selection = new Selection(name, name);
      await commands.executeCommand('editor.action.showHover');
      await window.waitFor('.monaco-hover:has-text("How it serves"):has-text("declared in")');
      await window.screenshot('module-option-hover');
    } finally {
      await set(undefined);
    }
  });

  it('underlines an option that does not exist, and its fix writes the one that is meant', async () => {
    const option = '{ _type = "option"; type.name = "bool"; }';
    const configured = `{ outputs = { self }: { nixosConfigurations.mine = {
  options.services.web.enable = ${option};
  modules = [ ./module.nix ];
}; }; }\n`;
    const module = '{ config, lib, ... }:\n\n{\n  services.web.enabel = true;\n}\n';
    await workspace.fs.writeFile(inWorkspace('configured/flake.nix'), Buffer.from(configured));
    await workspace.fs.writeFile(inWorkspace('configured/module.nix'), Buffer.from(module));
    const document = await open('configured/module.nix');
    const isUnknown = ({ code }: Diagnostic) => codeOf(code) === 'unknown-option';
    const { range } = await diagnostic(document, 'the option is marked', isUnknown);
    assert.equal(document.getText(range), 'enabel');
    await window.waitFor('.cdr.squiggly-warning');
    await window.screenshot('unknown-option');
    await mend(document, /^Write `enable`$/, isUnknown);
    await until('it is written', () => document.getText() === module.replace('enabel', 'enable'));
    await until('nothing is marked', () => !languages.getDiagnostics(document.uri).some(isUnknown));
  });

  it('marks an input that is not locked; its fix, and a command, have Nix lock it', async () => {
    const input = inWorkspace('unlocked/input');
    const unlocked = `{
  inputs.greeter.url = "path:${input.fsPath}";
  outputs = { self, greeter }: { greeting = greeter.greeting; };
}
`;
    const greeter = '{ outputs = { self }: { greeting = "hi"; }; }\n';
    await workspace.fs.writeFile(inWorkspace('unlocked/input/flake.nix'), Buffer.from(greeter));
    await workspace.fs.writeFile(inWorkspace('unlocked/app/flake.nix'), Buffer.from(unlocked));
    const document = await open('unlocked/app/flake.nix');
    const isUnlocked = ({ code }: Diagnostic) => codeOf(code) === 'unlocked-input';
    const { range } = await diagnostic(document, 'the input is marked', isUnlocked);
    assert.equal(document.getText(range), 'greeter');
    await window.screenshot('unlocked-input');
    await mend(document, /^Lock the inputs of this flake/, isUnlocked);
    await until('it is not marked', () => !languages.getDiagnostics(document.uri).some(isUnlocked));
    const lock = await workspace.fs.readFile(inWorkspace('unlocked/app/flake.lock'));
    assert.match(Buffer.from(lock).toString(), /"greeter"/);
    // Another one, not saved yet, by the command of the palette.
    await replace(
      document,
      '  outputs = { self, greeter }',
      `  inputs.other.url = "path:${input.fsPath}";\n  outputs = { self, greeter, other }`,
    );
    await diagnostic(document, 'the other one is marked', isUnlocked);
    await commands.executeCommand('workbench.action.quickOpen', '>Phasewise: Lock This');
    await window.waitFor(
      '.quick-input-widget .monaco-list-row.focused:has-text("Lock This Flake\'s Inputs")',
    );
    await window.press('Enter');
    await until('it is not marked', () => !languages.getDiagnostics(document.uri).some(isUnlocked));
  });

  it('completes a package of a flake’s input in its shell', async () => {
    await workspace.fs.writeFile(inWorkspace('values/set.nix'), Buffer.from(set));
    await workspace.fs.writeFile(inWorkspace('values/flake/flake.nix'), Buffer.from(flake));
    await workspace.fs.writeFile(inWorkspace('values/flake/nixpkgs/flake.nix'), Buffer.from(nixpkgs));
    await workspace.fs.writeFile(inWorkspace('values/flake/flake.lock'), Buffer.from(JSON.stringify(lock)));
    const document = await open('values/flake/flake.nix');
    const editor = await editors.showTextDocument(document);
    const end = document.positionAt(flake.indexOf('lineread') + 'lineread'.length);
    const last = end.translate(0, -1);
    while (!(await hoverAt(document, last)).includes('Reads one line')) await pause(50);
    editor.selection = new Selection(end, end);
    await window.waitFor(`.statusbar-item:has-text("Ln ${end.line + 1}, Col ${end.character + 1}")`);
    await window.type(' big');
    await window.waitFor(`${suggestions}:has-text("bignum")`);
    await window.screenshot('values-flake');
    await window.press('Enter');
    await until('it is written', () => document.getText().includes('[ lineread bignum ]'));
  });

  it('shows what a computed name comes to, and the hashes of outputs when that is wished', async () => {
    const settings = workspace.getConfiguration('phasewise');
    await settings.update('inlayHints.outputHashes', true, false);
    const named = `let pkgs = import ../pkgs { }; in
pkgs.stdenv.mkDerivation rec {
  name = "\${pname}-\${version}";
  pname = "hinted";
  version = "1.2";
  dontUnpack = true;
}
`;
    try {
      await workspace.fs.writeFile(inWorkspace('values/named.nix'), Buffer.from(named));
      await open('values/named.nix');
      await window.waitFor('.view-line:has-text("name ="):has-text("= hinted-1.2")');
      await window.waitFor('.view-line:has-text("mkDerivation"):has-text("→")');
      await window.screenshot('values-hints');
    } finally {
      await settings.update('inlayHints.outputHashes', undefined, false);
    }
  });

  it('evaluates what is selected, and tells what a `with` brings into scope', async () => {
    const explained = 'with rec { pkgs = import ./set.nix { }; };\n[ (1 + 2) pkgs.bignum.name ]\n';
    await workspace.fs.writeFile(inWorkspace('values/explained.nix'), Buffer.from(explained));
    const document = await open('values/explained.nix');
    const editor = await editors.showTextDocument(document);
    const start = explained.indexOf('[');
    editor.selection = new Selection(document.positionAt(start), document.positionAt(explained.length - 1));
    await commands.executeCommand('phasewise.evaluateSelection');
    const shown = await until('the value', () =>
      workspace.textDocuments.find(({ uri }) => uri.scheme === 'phasewise-value'),
    );
    assert.match(shown.getText(), /\[\n {2}3\n {2}"bignum-1\.0"\n\]/);
    await window.screenshot('values-evaluated');
    await commands.executeCommand('phasewise.explainExpression');
    const page = await until('the explanation', () =>
      workspace.textDocuments.find(({ uri }) => uri.scheme === 'phasewise-value' && uri.path.endsWith('.md')),
    );
    assert.match(page.getText(), /line 1, with rec .*: `pkgs`/);
    await window.waitFor('.tab:has-text("Preview")');
    await pause(2000);
    await window.screenshot('values-explained');
  });
});
