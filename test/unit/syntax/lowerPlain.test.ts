/** Plain nodes are made of their own text alone, whatever the size of the file around them. */
import assert from 'node:assert/strict';
import { performance } from 'node:perf_hooks';
import { plainNode } from '../../../server/src/syntax/lowerPlain';

describe('plain nodes', () => {
  it('gives each name of a path its place', () => {
    assert.deepEqual(plainNode('attrpath', 'x: x.ab.c;', { start: 3, end: 9 }), {
      tag: 'path',
      node: {
        span: { start: 3, end: 9 },
        names: [
          { span: { start: 3, end: 4 }, name: 'x', expression: null },
          { span: { start: 5, end: 7 }, name: 'ab', expression: null },
          { span: { start: 8, end: 9 }, name: 'c', expression: null },
        ],
      },
    });
  });

  it('does not search the rest of the text for each path', () => {
    const text = `a = 1;${' '.repeat(10_000_000)}`;
    const started = performance.now();
    for (let times = 0; times < 20_000; times++) plainNode('attrpath', text, { start: 0, end: 1 });
    // Some milliseconds; a search through ten megabytes, 20 000 times, takes half a minute.
    assert.ok(performance.now() - started < 5000);
  });
});
