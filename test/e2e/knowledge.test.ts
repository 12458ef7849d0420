/** What is known of derivations, in the window: completion, hover, lints and their fixes. */
import assert from 'node:assert/strict';
import { commands, Selection, window as editors } from 'vscode';
import type { Hover, Location, SemanticTokens } from 'vscode';
import { closeEverything, diagnostic, openDerivation, phasewise, until } from './phasewise';
import { window } from './window';

const suggestions = '.suggest-widget .monaco-list-row';

describe('what is known of derivations', () => {
  before(phasewise);
  afterEach(closeEverything);

  it('completes what mkDerivation takes, explains it, and mends what is misspelt', async () => {
    const document = await openDerivation(
      'known/default.nix',
      '  pname = "known";\n  version = "1";\n  instalPhase = "mkdir $out";\n',
    );
    const found = await diagnostic(document, 'the lint', ({ code }) =>
      JSON.stringify(code ?? '').includes('misspelt-attribute'),
    );
    assert.match(found.message, /Did you mean `installPhase`\?/);
    const editor = await editors.showTextDocument(document);
    const end = document.lineAt(found.range.start.line).range.end;
    editor.selection = new Selection(end, end);
    // The window hears of it a moment later.
    await window.waitFor(`.statusbar-item:has-text("Ln ${end.line + 1}, Col ${end.character + 1}")`);
    await window.type('\n');
    await window.type('postPa');
    await window.waitFor(`${suggestions}:has-text("postPatch")`);
    await window.press('Control+Space');
    await window.waitFor('.suggest-details:has-text("at the end of patchPhase")');
    await window.screenshot('known-attributes');
    await window.press('Enter');
    await until('it is written', () => document.getText().includes("postPatch = ''\n"));
  });

  it('completes, explains and leads on in the bash of a phase', async () => {
    const document = await openDerivation(
      'bash/default.nix',
      [
        '  pname = "bash";\n  version = "1";\n  makeFlags = [ "all" ];\n',
        "  installPhase = ''\n    runHook preInstall\n    make $makeFlags\n    substituteInPlace a --rep\n  '';\n",
      ].join(''),
    );
    const editor = await editors.showTextDocument(document);
    const end = document.positionAt(document.getText().indexOf('--rep') + '--rep'.length);
    editor.selection = new Selection(end, end);
    await window.waitFor(`.statusbar-item:has-text("Ln ${end.line + 1}, Col ${end.character + 1}")`);
    await window.press('Control+Space');
    await window.waitFor(`${suggestions}:has-text("--replace-fail")`);
    await window.screenshot('known-bash');
    await window.press('Escape');
    const variable = document.positionAt(document.getText().indexOf('$makeFlags') + 2);
    await until('the variable is explained', async () => {
      const hovers = await commands.executeCommand<Hover[]>(
        'vscode.executeHoverProvider',
        document.uri,
        variable,
      );
      return JSON.stringify(hovers).includes('What is given to make');
    });
    const places = await commands.executeCommand<Location[]>(
      'vscode.executeDefinitionProvider',
      document.uri,
      variable,
    );
    assert.equal(
      places[0]?.range.start.line,
      document.positionAt(document.getText().indexOf('makeFlags')).line,
    );
  });

  it('colours names by what they mean, also in bash', async () => {
    const document = await openDerivation(
      'coloured/default.nix',
      [
        '  pname = "coloured";\n  version = "1";\n  passthru = { inherit pkgs; f = x: x; };\n',
        "  installPhase = ''\n    runHook preInstall\n    install a \\\n      --mode 755 ${builtins.toString 1} \\\n      $out/bin\n  '';\n",
        '  meta = with builtins; { description = head [ "one" ]; };\n',
      ].join(''),
    );
    await editors.showTextDocument(document);
    await until('its names are told', async () => {
      const tokens = await commands.executeCommand<SemanticTokens | undefined>(
        'vscode.provideDocumentSemanticTokens',
        document.uri,
      );
      return (tokens?.data.length ?? 0) > 50;
    });
    await window.screenshot('colours');
  });
});
