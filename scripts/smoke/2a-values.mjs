export const title = 'Completion proposes what the evaluated package set has, and tells what it is';

const details = '.suggest-details';

export async function tell({ page, openFile, editLine, undo, see, picture }) {
  await openFile('hello/default.nix');
  await editLine('hello/default.nix', /doCheck = true;/, 'buildInputs = with pkgs; [ big');
  await see('.suggest-widget .monaco-list-row', /bignum/);
  // A list that is drawn anew at that moment swallows the key.
  await page.keyboard.press('Control+Space');
  await page
    .locator(details)
    .filter({ hasText: /Powers of whole numbers/ })
    .waitFor({ timeout: 4000 })
    .catch(() => page.keyboard.press('Control+Space'));
  await see(details, /Powers of whole numbers/);
  await picture('values');
  await page.keyboard.press('Escape');
  await undo();
}
