import assert from 'node:assert/strict';
import {
  buildSummary,
  exitCodeOf,
  runSummary,
  TerminalText,
} from '../../../../client/src/builds/terminalText';
import type { BuildResult, RunResult } from '../../../../server/src/protocol/model';
import { failure } from '../sample';

// eslint-disable-next-line no-control-regex -- colours are not what these tests are about
const uncolored = (text: string) => text.replace(/\x1b\[[0-9;]*m/g, '');

const built: BuildResult = {
  drvPath: '/nix/store/x.drv',
  status: 'built',
  outputs: { out: '/nix/store/x', dev: '/nix/store/x-dev' },
  phases: [],
  failure: null,
};
const ran: RunResult = { session: '/s', isolation: 'namespace', phases: [], outputs: {}, verify: null };
const ranPhase = (status: 'ok' | 'failed' | 'cancelled') => ({
  ...{ name: 'p', status, reused: false, exitCode: 0, seconds: 1, failure: null },
});

describe('the terminal of a build', () => {
  it('ends every line as a terminal wants it', () => {
    const text = new TerminalText();
    const shown = text.render({ type: 'output', phase: null, text: 'a\nb\r\nc' });
    assert.equal(shown, 'a\r\nb\r\nc');
  });

  it('begins a heading on a line of its own and leaves no colour behind', () => {
    const text = new TerminalText();
    text.render({ type: 'output', phase: null, text: '\x1b[31mred' });
    const heading = text.render({ type: 'phaseStarted', phase: 'buildPhase' });
    assert.ok(heading.startsWith('\r\n\x1b[0m'));
    assert.equal(uncolored(heading), '\r\n▸ buildPhase\r\n');
  });

  it("leaves out bash's noise about itself, and shows what it held back before a line of its own", () => {
    const text = new TerminalText();
    const noise = 'bash: line 1: pop_var_context: head of shell_variables not a function context\n';
    assert.equal(text.render({ type: 'output', phase: null, text: `a\n${noise}b\nbash: pop` }), 'a\r\nb\r\n');
    const heading = text.render({ type: 'phaseStarted', phase: 'buildPhase' });
    assert.equal(uncolored(heading), 'bash: pop\r\n▸ buildPhase\r\n');
  });

  it('says in which phase it failed, what happened and what may help', () => {
    const text = new TerminalText();
    const words = failure({ explanation: 'The header is missing.' });
    const shown = text.render({ type: 'finished', status: 'failed', seconds: 2, failure: words });
    assert.equal(
      uncolored(shown),
      '✗ failed in buildPhase after 2.0 s\r\nbuildPhase failed.\r\nThe header is missing.\r\n',
    );
  });

  it('says once more what says why, when more was printed after it than is seen', () => {
    const ended = (tail: readonly string[]) => {
      const text = new TerminalText();
      text.render({ type: 'output', phase: 'buildPhase', text: 'm.c:1: error: no\n' });
      const decisive = [{ number: 3, text: 'm.c:1: error: no' }];
      const reason = failure({ decisive, tail });
      return uncolored(text.render({ type: 'finished', status: 'failed', seconds: 2, failure: reason }));
    };
    const after = Array.from({ length: 20 }, (_, n) => `make: ${n}`);
    const why = 'What says why:\r\n│ m.c:1: error: no\r\n✗ failed in buildPhase';
    assert.ok(ended(['m.c:1: error: no', ...after]).startsWith(why));
    assert.ok(ended(['m.c:1: error: no', 'make: *** [all] Error 1']).startsWith('✗ failed in buildPhase'));
  });

  it('lists the outputs of a build', () => {
    assert.match(
      uncolored(buildSummary(built)),
      /^✓ built\n {2}out +\/nix\/store\/x\n {2}dev +\/nix\/store\/x-dev$/,
    );
  });

  it('says when a run was not isolated', () => {
    assert.match(runSummary({ ...ran, isolation: 'none' }), /not isolated/);
    assert.match(runSummary({ ...ran, isolationNote: 'phases see more' }), /phases see more/);
    assert.doesNotMatch(runSummary(ran), /not isolated/);
  });

  it('exits as the command line does', () => {
    assert.equal(exitCodeOf(built), 0);
    assert.equal(exitCodeOf({ ...built, status: 'valid' }), 0);
    assert.equal(exitCodeOf({ ...built, status: 'failed' }), 1);
    assert.equal(exitCodeOf({ ...built, status: 'cancelled' }), 130);
    assert.equal(exitCodeOf({ ...ran, phases: [ranPhase('ok')] }), 0);
    assert.equal(exitCodeOf({ ...ran, phases: [ranPhase('ok'), ranPhase('failed')] }), 1);
    assert.equal(exitCodeOf({ ...ran, phases: [ranPhase('cancelled')] }), 130);
  });
});
