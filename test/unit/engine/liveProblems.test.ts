import assert from 'node:assert/strict';
import { withLiveProblems } from '../../../server/src/engine/liveProblems';
import type { ActivityEvent } from '../../../server/src/protocol/messages';
import type { Diagnostic } from '../../../server/src/protocol/model';

const place = { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };

describe('problems of tools', () => {
  it('are told while the log grows, all of them each time, and the last before the end', async () => {
    const events: ActivityEvent[] = [];
    let heard = (): void => undefined;
    const first = new Promise<void>((resolve) => (heard = resolve));
    const told = () =>
      events.map((event) =>
        event.type === 'progress' && event.progress.kind === 'problems'
          ? event.progress.problems.map(({ message }) => message)
          : event.type,
      );
    await withLiveProblems(
      (problems) =>
        Promise.resolve(
          problems.map(({ message }): Diagnostic => ({
            ...{ file: '/x.c', range: place, severity: 'error', code: 'cc', message, source: 'build' },
            related: [],
          })),
        ),
      (event) => {
        events.push(event);
        if (event.type === 'progress') heard();
      },
      async (onEvent) => {
        // A run's output is cut anywhere.
        onEvent({ type: 'output', phase: 'buildPhase', text: 'plain\nx.c:1:1: err' });
        onEvent({ type: 'output', phase: 'buildPhase', text: 'or: one\nmore' });
        await first;
        onEvent({ type: 'output', phase: 'buildPhase', text: '\nx.c:2:1: error: two\n' });
        onEvent({ type: 'finished', status: 'failed', seconds: 1, failure: null });
      },
    );
    assert.deepEqual(told(), ['output', 'output', ['one'], 'output', ['one', 'two'], 'finished']);
  });
});
