/** What a file is and how it is evaluated, in the window: the language status and the command that says otherwise. */
import { commands, workspace } from 'vscode';
import { closeEverything, inWorkspace, open, phasewise, until } from './phasewise';
import { window } from './window';

const status = '.statusbar-item[id="status.languageStatus"]';
const set = `{ pkgs ? import ../pkgs { } }:
{ called = pkgs.callPackage ./package.nix { word = "set"; }; }
`;

describe('what a file is', () => {
  before(phasewise);
  afterEach(async () => {
    await workspace.getConfiguration('phasewise').update('evaluation.entries', undefined, false);
    await closeEverything();
  });

  it('stands in the language status, with what it is evaluated through; a pick changes that', async () => {
    const folder = `called-${Date.now()}`;
    await workspace.fs.writeFile(inWorkspace(`${folder}/default.nix`), Buffer.from(set));
    const text = '{ stdenv, word }: stdenv.mkDerivation { name = "called-${word}"; dontUnpack = true; }\n';
    await workspace.fs.writeFile(inWorkspace(`${folder}/package.nix`), Buffer.from(text));
    await open(`${folder}/package.nix`);
    await window.hover(status);
    await window.waitFor('.hover-language-status:has-text("through default.nix: called")');
    await window.waitFor('.hover-language-status:has-text("Package function")');
    await window.screenshot('file-kind');
    const chosen = commands.executeCommand('phasewise.chooseEntry');
    await window.waitFor(`.quick-input-widget .monaco-list-row:has-text("${folder}/default.nix#called")`);
    await window.screenshot('file-kind-choices');
    await window.type('As It Stands');
    await window.press('Enter');
    await chosen;
    const entries = () => workspace.getConfiguration('phasewise').get<object>('evaluation.entries', {});
    await until('the setting', () => JSON.stringify(entries()) === `{"${folder}/package.nix":"none"}`);
    await window.hover(status);
    await window.waitForGone('.hover-language-status:has-text("through")');
  });
});
