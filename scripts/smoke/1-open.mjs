export const title = 'An example opens, coloured';

export async function tell({ openFile, locate, picture }) {
  await openFile('hello/default.nix');
  // A keyword has a colour of its own once the grammar is there.
  await locate('.view-line span[class*="mtk"]').waitFor();
  await picture('open');
}
