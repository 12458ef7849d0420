import assert from 'node:assert/strict';
import { environmentChanges } from '../../../server/src/engine/environmentChanges';
import { environmentPage } from '../../../server/src/engine/environmentPage';
import type { EnvironmentVariable, PhaseEnvironment } from '../../../server/src/protocol/environmentMessages';

function environment(over: Partial<PhaseEnvironment> = {}): PhaseEnvironment {
  return {
    ...{ phase: 'buildPhase', at: 'entry', directory: '/build', umask: '0022' },
    ...{ variables: [], options: [], functions: [] },
    ...over,
  };
}

function variable(name: string, over: Partial<EnvironmentVariable> = {}): EnvironmentVariable {
  return { name, kind: 'string', exported: false, attributes: '', value: '', ...over };
}

describe('the page of an environment', () => {
  it('holds each thing on lines of its own, and nothing that would hide a line', () => {
    const variables = [
      variable('empty'),
      variable('lines', { value: 'a\n\nb\n', exported: true }),
      variable('odd', { value: 'x\u001b[31m\ry\u2028z' }),
      variable('number', { value: '8', attributes: 'ir' }),
      variable('unset', { value: null }),
      variable('none', { kind: 'array', value: {} }),
      variable('map', { kind: 'map', value: { 'a\nb': 'c' }, exported: true }),
    ];
    const page = environmentPage('hello', environment({ variables, options: ['errexit'], functions: ['f'] }));
    assert.equal(
      page,
      `hello, before buildPhase

Place
  directory = /build
  umask = 0022

Exported variables
  lines =
    a

    b

Variables
  empty =
  odd = x\\x1b[31m\\x0dy\\x2028z
  number (integer, readonly) = 8
  unset (no value)

Arrays
  none (empty)

Associative arrays
  map (exported)
    [a\\nb] = c

Shell options that are on
  errexit

Functions
  f
`,
    );
  });

  it('has only what a terminal tells', () => {
    const own = environment({ at: 'terminal', phase: null, directory: null, umask: null });
    assert.equal(environmentPage(null, own), 'Your terminal\n');
  });
});

describe('changes between environments', () => {
  it('are told for each thing that is not the same', () => {
    const from = environment({
      variables: [variable('a', { value: '1' }), variable('gone')],
      options: ['x'],
    });
    const to = environment({
      directory: '/build/src',
      variables: [variable('a', { value: '1', exported: true })],
      functions: ['f'],
    });
    assert.deepEqual(environmentChanges(from, to), [
      { what: 'directory', name: 'directory', from: '/build', to: '/build/src' },
      { what: 'variable', name: 'a', from: '1', to: 'exported 1' },
      { what: 'variable', name: 'gone', from: '', to: null },
      { what: 'option', name: 'x', from: 'on', to: null },
      { what: 'function', name: 'f', from: null, to: 'on' },
    ]);
    assert.deepEqual(environmentChanges(to, to), []);
  });

  it('leave out what a terminal does not tell', () => {
    const own = environment({ at: 'terminal', phase: null, directory: null, umask: null });
    const phase = environment({ functions: ['f'], variables: [variable('local', { value: '1' })] });
    assert.deepEqual(environmentChanges(own, phase), []);
  });
});
