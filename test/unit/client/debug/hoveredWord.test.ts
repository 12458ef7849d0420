import assert from 'node:assert/strict';
import { pathAt, wordAt, wordsIn } from '../../../../client/src/debug/hoveredWord';
import { withDebugLenses } from '../../../../client/src/debug/debugLenses';

describe('the bash word at a place', () => {
  it('is an expansion as bash sees it, or a name', () => {
    const line = `    echo "$greeting" ''\${words[1]} \${nix} last`;
    const at = (text: string) => wordAt(line, line.indexOf(text) + 2)?.expression;
    assert.equal(at('$greeting'), '$greeting');
    assert.equal(at('words[1]'), '${words[1]}');
    assert.equal(at('nix'), 'nix');
    assert.equal(at('last'), 'last');
    assert.equal(wordAt(line, 1), null);
  });

  it('is none of Nix where values are shown', () => {
    assert.deepEqual(
      wordsIn(`x=\${pkgs.hello} $y ''\${z}`).map(({ expression }) => expression),
      ['$y', '${z}'],
    );
  });
});

describe('lenses', () => {
  it('offer to debug what they run', () => {
    const lens = (command: string, argument: unknown) => ({
      range: {},
      command: { title: command, command, arguments: [argument] },
    });
    const phase = { uri: 'file:///a.nix', attr: '', phase: 'buildPhase' };
    const lenses = [
      lens('phasewise.run', phase),
      lens('phasewise.run', { ...phase, phase: null }),
      lens('phasewise.build', phase),
      { range: {}, command: { title: 'does not run', command: '' } },
    ];
    const all = withDebugLenses(lenses, (like, command) => ({ ...like, command }));
    assert.deepEqual(
      all.map(({ command }) => command.command),
      [
        'phasewise.run',
        'phasewise.debugPhase',
        'phasewise.run',
        'phasewise.debugDerivation',
        'phasewise.build',
        '',
      ],
    );
  });
});

describe('the names at a place of an evaluation', () => {
  it('are of Nix with what they are selected from', () => {
    const line = "  inherit (pkgs.lib) x; y = set.inner.last + f' 1.5;";
    const at = (words: string, inside = 0) => pathAt(line, line.indexOf(words) + inside)?.expression ?? null;
    assert.equal(at('pkgs'), 'pkgs');
    assert.equal(at('lib'), 'pkgs.lib');
    assert.equal(at('inner'), 'set.inner');
    assert.equal(at('last', 2), 'set.inner.last');
    assert.equal(at("f'"), "f'");
    assert.equal(at('1.5'), null);
  });
});
