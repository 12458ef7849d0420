import assert from 'node:assert/strict';
import { drawingMessage } from '../../../../client/src/phases/drawingMessage';
import { derivation, drawing } from '../sample';

describe('the words above the tree', () => {
  it('name the file before it is drawn', () => {
    assert.equal(drawingMessage('a/default.nix', undefined), 'a/default.nix');
  });

  it('say how true the drawing is: as true as its least true derivation', () => {
    const two = drawing(derivation(), derivation({ attr: 'b', source: 'evaluated' }));
    assert.equal(drawingMessage('x.nix', two), 'x.nix · evaluated');
    assert.equal(drawingMessage('x.nix', drawing(derivation())), 'x.nix · asked of its stdenv');
  });

  it('say why it is not truer, each reason once', () => {
    const noted = derivation({ source: 'static', note: 'Nix was not found.' });
    const shown = drawing(noted, { ...noted, attr: 'b' });
    assert.equal(drawingMessage('x.nix', shown), 'x.nix · drawn from the text\n\nNix was not found.');
    const why = "This is a function that needs the argument 'stdenv'.";
    const same = { ...drawing({ ...noted, note: `Not evaluated: ${why}` }), message: `${why}\nMore.` };
    assert.equal(drawingMessage('x.nix', same), `x.nix · drawn from the text\n\n${why}\nMore.`);
    const none = { ...drawing(), message: 'It is a module.' };
    assert.equal(drawingMessage('x.nix', none), 'x.nix\n\nIt is a module.');
  });
});
