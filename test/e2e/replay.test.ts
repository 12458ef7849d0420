/** The failing line of a real build, as the window shows it. */
import assert from 'node:assert/strict';
import { ConfigurationTarget, languages, workspace, type TextDocument } from 'vscode';
import type { PhasewiseApi } from '../../client/src/api';
import { closeEverything, evaluated, openDerivation, phasewise, replace, row, until } from './phasewise';
import { exitCode, task } from './tasks';
import { window } from './window';

const attributes = (name: string) => `  name = "${name}-${Date.now()}";
  dontUnpack = true;

  buildPhase = ''
    echo 'int main(void) { return x; }' > main.c
    $CC -c main.c
    echo after
  '';
  installPhase = "touch $out";`;

describe('the failing line of a build', () => {
  let api: PhasewiseApi;
  before(async () => (api = await phasewise()));
  afterEach(async () => {
    await workspace
      .getConfiguration('phasewise')
      .update('builds.replay', undefined, ConfigurationTarget.Global);
    await closeEverything();
  });

  const problem = (document: TextDocument) =>
    languages.getDiagnostics(document.uri).find(({ source }) => source === 'build');
  const lineOf = (document: TextDocument, words: string) =>
    document
      .getText()
      .split('\n')
      .findIndex((text) => text.includes(words));
  const shown = (document: TextDocument) => api.inlineResults(document.uri.toString());
  const build = async (document: TextDocument) => {
    await evaluated(api, document);
    const label = api.phases()[0]?.label ?? '';
    assert.equal(await exitCode(await task(`build ${label}`)), 1);
    return label;
  };

  it('is marked in the string soon after the build, with the lines that say why, and goes with an edit', async () => {
    const document = await openDerivation('replay/default.nix', attributes('replayed'));
    await build(document);
    const line = lineOf(document, '$CC -c main.c');
    await until('the problem is at the line', () => problem(document)?.range.start.line === line);
    await until('the mark is there', () =>
      shown(document).some(({ failure, failed }) => failure?.exact === true && failed?.start.line === line),
    );
    assert.deepEqual(
      problem(document)?.relatedInformation?.map(({ message }) => message.replace(/.x. undeclared.*/, '')),
      ['The phase that it is in: buildPhase.', 'main.c:1:25: error: '],
    );
    await window.waitFor('.review-widget .codicon-clear-all');
    await until('the line is found', () =>
      shown(document).every(({ failure }) => failure?.replay?.state !== 'offered'),
    );
    await window.waitForGone('.review-widget .codicon-debug-stop');
    await window.screenshot('build-failed-inline');
    // Made anew at the line, it is empty for a moment.
    await window.waitFor('.review-widget:has-text("buildPhase failed")');
    const [text = ''] = await window.texts('.review-widget');
    assert.match(text, /buildPhase failed/);
    assert.match(text, /error: .*undeclared/);
    await replace(document, '    echo after\n', '');
    await until('the problem is gone', () => problem(document) === undefined);
    await window.waitForGone('.review-widget');
  }).timeout(120_000);

  it('waits for the button of what is shown below the attribute where the settings say to ask', async () => {
    const settings = workspace.getConfiguration('phasewise');
    await settings.update('builds.replay', 'ask', ConfigurationTarget.Global);
    const document = await openDerivation('replay/asked.nix', attributes('asked'));
    const label = await build(document);
    const attribute = lineOf(document, 'buildPhase =');
    assert.equal(problem(document)?.range.start.line, attribute);
    await window.click('.review-widget .codicon-target');
    const line = lineOf(document, '$CC -c main.c');
    await until('the problem is at the line', () => problem(document)?.range.start.line === line);
    await until('nothing is looked for any more', () => !/looking/.test(row(api, label)?.description ?? ''));
  }).timeout(120_000);
});
