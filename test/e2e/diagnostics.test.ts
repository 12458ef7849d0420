import assert from 'node:assert/strict';
import {
  commands,
  DiagnosticSeverity,
  languages,
  workspace,
  type CodeAction,
  type TextDocument,
} from 'vscode';
import type { PhasewiseApi } from '../../client/src/api';
import { window } from './window';
import {
  closeEverything,
  diagnostic,
  evaluated,
  inWorkspace,
  open,
  openDerivation,
  phasewise,
  replace,
  until,
} from './phasewise';

const isError = ({ severity }: { severity: DiagnosticSeverity }) => severity === DiagnosticSeverity.Error;

function errors(document: TextDocument) {
  return languages.getDiagnostics(document.uri).filter(isError);
}

const warning = "'old' has been renamed to 'new'";

describe('problems', () => {
  let api: PhasewiseApi;
  before(async () => (api = await phasewise()));
  afterEach(closeEverything);

  it('show a syntax error as it is typed and go when it is mended', async () => {
    const document = await open('hello/default.nix');
    await evaluated(api, document);
    assert.deepEqual(errors(document), []);
    await replace(document, 'version = "1.0";', 'version = ;');
    const found = await diagnostic(document, 'the syntax error is shown', isError);
    const line = document.lineAt(found.range.start.line).text;
    assert.match(line, /version = ;/);
    await replace(document, 'version = ;', 'version = "1.0";');
    await until('the problem goes', () => errors(document).length === 0);
  });

  it('are warnings that the evaluation prints; the rest is in the language status and its channel', async () => {
    const text = `let set = { old = builtins.trace "evaluation warning: ${warning}" "x"; }; in
builtins.trace "where it is" (derivation { name = set.old; system = "x"; builder = "/bin/sh"; })
`;
    await workspace.fs.writeFile(inWorkspace('printed.nix'), Buffer.from(text));
    const document = await open('printed.nix');
    const found = await diagnostic(document, 'the warning is shown', ({ message }) => message === warning);
    assert.deepEqual([document.getText(found.range), found.severity], ['old', DiagnosticSeverity.Warning]);
    await window.hover('.statusbar-item[id="status.languageStatus"]');
    await window.waitFor('.hover-language-status:has-text("Evaluation printed 1 warning, 1 trace")');
    await commands.executeCommand('phasewise.showEvaluationOutput');
    await window.waitFor(
      '.output-view-content:has-text("trace: where it is"), .view-line:has-text("trace: where it is")',
    );
    await window.screenshot('evaluation-output');
    await commands.executeCommand('workbench.action.closePanel');
  });

  it('are none of a file that waits for a build; the status bar names it, and its menu stops it', async () => {
    const text = `derivation {
  name = import (derivation {
    name = "generated"; system = builtins.currentSystem; builder = "/bin/sh"; PATH = "/usr/bin:/bin";
    args = [ "-c" "echo generating; sleep 120" ]; unique = "${Date.now()}";
  });
  system = "x"; builder = "/bin/sh";
}
`;
    const name = `needing${Date.now()}.nix`;
    await workspace.fs.writeFile(inWorkspace(name), Buffer.from(text));
    const document = await open(name);
    await until('the build', () => api.statusText().includes('Building generated'));
    await until('the view to say so', () =>
      api.message().includes('Building generated, which the evaluation needs'),
    );
    await commands.executeCommand('phasewise.stop');
    await until('its end', () => !api.statusText().includes('Building'));
    await until('why', () => api.message().includes('The evaluation was stopped.'));
    assert.deepEqual(languages.getDiagnostics(document.uri), []);
  });

  it('of bash are those of shellcheck, at their place in the Nix string, and its fix mends them', async () => {
    const document = await openDerivation(
      'checked.nix/default.nix',
      "  pname = \"checked\";\n  version = \"1\";\n  buildPhase = ''\n    cp -r $file ''${more[@]} $out\n  '';",
    );
    const found = await diagnostic(document, 'shellcheck says it', ({ source }) => source === 'shellcheck');
    assert.equal(document.getText(found.range), '$file');
    const actions = await commands.executeCommand<CodeAction[]>(
      'vscode.executeCodeActionProvider',
      document.uri,
      found.range,
    );
    const fix = actions.find(({ title }) => title.startsWith('Fix SC2086'));
    assert.ok(fix?.edit !== undefined);
    await workspace.applyEdit(fix.edit);
    assert.match(document.getText(), /cp -r "\$file" ''\$\{more\[@\]\} \$out/);
    await until('the problem goes', () =>
      languages.getDiagnostics(document.uri).every(({ range }) => document.getText(range) !== '$file'),
    );
  });

  it("stand at the line of the user's file when evaluation fails, in Nix's own words", async () => {
    const document = await openDerivation(
      'thrown.nix/default.nix',
      '  pname = "thrown";\n  version = "1";\n  src = throw "no sources today";',
    );
    const found = await diagnostic(document, 'the evaluation error is shown', (problem) =>
      problem.message.includes('no sources today'),
    );
    assert.equal(found.range.start.line, 5);
    assert.equal(found.source, 'nix');
    await replace(document, 'throw "no sources today"', '../hello/src');
    await until('the problem goes', () => errors(document).length === 0);
  });

  it('are none while something would have to be built for the evaluation: that waits for a save', async () => {
    const document = await openDerivation('built.nix/default.nix', '  pname = "built";\n  version = "1";');
    await evaluated(api, document);
    const needed = 'derivation { name = "needed"; system = builtins.currentSystem; builder = "/bin/sh"; }';
    await replace(document, 'version = "1"', `version = import (${needed})`);
    await until('it says so', () => api.message().includes('it needs needed to be built first'));
    assert.deepEqual(errors(document), []);
    await replace(document, `import (${needed})`, '"2"');
    await until('it is evaluated again', () => !api.message().includes('needed'));
    await evaluated(api, document);
  });
});
