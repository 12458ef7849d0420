import assert from 'node:assert/strict';
import { inlineResult, resultElsewhere } from '../../../../client/src/builds/inlineAnchors';
import {
  afterChange,
  failureLabel,
  offerLinks,
  resultLabel,
  tailMarkdown,
  type InlineResult,
} from '../../../../client/src/builds/inlineResult';
import { derivation, failure, file, fromSetup, phase, range, written } from '../sample';

const ok = { kind: 'ok', seconds: 1.2 } as const;
const failed = { kind: 'failed', seconds: 0.4 } as const;

function shown(
  state: typeof ok | typeof failed,
  of = derivation(),
  why: ReturnType<typeof failure> | null = null,
) {
  const result = inlineResult(of, 'buildPhase', state, why, file);
  assert.ok(result);
  return result;
}

describe('the result of a phase beside its text', () => {
  it('stands at the attribute with the time it took', () => {
    const result = shown(ok);
    assert.equal(result.anchor.start.line, 11);
    assert.equal(resultLabel(result), '✓ 1.2 s');
    assert.equal(resultLabel({ ...result, status: 'stale' }), 'stale · 1.2 s');
    const counted = inlineResult(derivation(), 'buildPhase', { ...ok, lines: 134 }, null, file);
    assert.equal(counted && resultLabel(counted), '✓ 1.2 s · 134 lines');
  });

  it('says at which line it failed, and at that line with which exit code', () => {
    const result = shown(failed, derivation(), failure());
    assert.equal(resultLabel(result), '✗ failed at line 14 · 0.4 s');
    assert.equal(failureLabel(result), '✗ exit code 2: main.c:1: error: nope');
  });

  it('claims no line that is only guessed', () => {
    const result = shown(failed, derivation(), failure({ exact: false }));
    assert.equal(resultLabel(result), '✗ failed · 0.4 s: main.c:1: error: nope');
    assert.equal(failureLabel(result), null);
  });

  it("is shown once, where the derivation is made, when stdenv's own phase failed", () => {
    const of = derivation({ phases: [phase('buildPhase', { origin: fromSetup })] });
    const why = failure({ file: fromSetup.file, range: fromSetup.range });
    assert.equal(shown(failed, of, why).anchor.start.line, 2);
    assert.equal(inlineResult(of, 'buildPhase', ok, null, file), null);
  });

  it('does not take the failure of another phase for its own', () => {
    const result = shown(failed, derivation(), failure({ phase: 'unpackPhase' }));
    assert.equal(result.failure, null);
    assert.equal(resultLabel(result), '✗ failed · 0.4 s');
  });

  it('stands in the file of the line that failed, also when that is another, and never in the store', () => {
    const elsewhere = (over: Parameters<typeof failure>[0]) =>
      resultElsewhere(derivation(), 'buildPhase', failed, failure(over), file);
    const found = elsewhere({ file: '/w/phases.nix', range: range(4) });
    assert.equal(found?.file, '/w/phases.nix');
    assert.equal(resultLabel(found.result), '✗ failed · 0.4 s: main.c:1: error: nope');
    assert.equal(failureLabel(found.result), null);
    assert.equal(elsewhere({}), null);
    assert.equal(elsewhere({ file: '/w/phases.nix', range: range(4), phase: 'unpackPhase' }), null);
    const { drvPath } = derivation();
    assert.ok(drvPath !== null);
    assert.equal(elsewhere({ file: `${drvPath.replace(/[^/]+$/, '')}x-stdenv/setup` }), null);
  });

  it('is not shown for a phase that was skipped or stopped', () => {
    for (const kind of ['skipped', 'cancelled', 'running', 'waiting'] as const)
      assert.equal(inlineResult(derivation(), 'buildPhase', { kind, seconds: null }, null, file), null);
  });

  it('shows the end of the log as code that cannot be left, with the command', () => {
    const words = tailMarkdown(failure({ tail: ['```', '# not a heading'], message: 'a *b*' }));
    assert.match(words, /````nix-log\n```\n# not a heading\n````/);
    assert.match(words, /\$ make all/);
    assert.match(words, /a \\\*b\\\*/);
  });
});

describe('the lines that say what failed', () => {
  const decisive = [{ number: 3, text: 'main.c:1: error: first' }];
  const tail = Array.from({ length: 30 }, (_, index) => `after ${index}`);

  it('stand before the end of the log and in the mark', () => {
    const why = failure({ exact: false, decisive, tail });
    assert.match(tailMarkdown(why), /```nix-log\nmain\.c:1: error: first\n⋯\nafter 19\n/);
    assert.equal(resultLabel(shown(failed, derivation(), why)), '✗ failed · 0.4 s: main.c:1: error: first');
  });

  it('are shown once where the end has them', () => {
    const words = tailMarkdown(failure({ decisive, tail: ['main.c:1: error: first', 'make: no'] }));
    assert.match(words, /```nix-log\nmain\.c:1: error: first\nmake: no\n```/);
  });

  it('come after what a replay did not find', () => {
    const replay = { state: 'done', seconds: 1, note: 'buildPhase did not fail when it ran again.' } as const;
    assert.match(tailMarkdown(failure({ replay })), /buildPhase did not fail when it ran again/);
  });
});

describe("the end of a failing phase's log", () => {
  const noise = '/bin/bash: line 1: pop_var_context: head of shell_variables not a function context';

  it("is without bash's noise about itself", () => {
    const why = failure({ exact: false, tail: ['cc: no', noise] });
    assert.doesNotMatch(tailMarkdown(why), /pop_var/);
    assert.equal(resultLabel(shown(failed, derivation(), why)), '✗ failed · 0.4 s: cc: no');
  });
});

describe('an edit', () => {
  const result: InlineResult = shown(
    failed,
    derivation({ phases: [phase('buildPhase', { origin: { ...written(11), range: range(11, 16) } })] }),
    failure(),
  );
  const change = (start: number, end: number, text: string) => ({ range: range(start, end), text });

  it('above the phase moves its result with it', () => {
    const [moved] = afterChange([result], change(3, 5, 'x\n'));
    assert.deepEqual([moved?.anchor.start.line, moved?.failed?.start.line], [10, 12]);
  });

  it('below the phase changes nothing', () => {
    assert.deepEqual(afterChange([result], change(17, 20, '')), [result]);
  });

  it('below the failing line, before the next attribute, makes its result old', () => {
    const at = (line: number) => ({ file, range: range(line, line) });
    const of = derivation({
      attributes: { buildPhase: at(11), installPhase: at(20) },
      extent: range(2, 30),
    });
    const before = shown(failed, of, failure());
    assert.deepEqual(afterChange([before], change(19, 19, 'x')), []);
    assert.deepEqual(afterChange([before], change(20, 20, 'x')), [before]);
    const last = shown(
      failed,
      derivation({ attributes: { buildPhase: at(11) }, extent: range(2, 30) }),
      failure(),
    );
    assert.deepEqual(afterChange([last], change(29, 29, 'x')), []);
    assert.deepEqual(afterChange([last], change(31, 31, 'x')), [last]);
  });

  it('inside the phase makes its result old', () => {
    assert.deepEqual(afterChange([result], change(14, 14, 'x')), []);
    assert.deepEqual(afterChange([result], change(2, 30, '')), []);
  });

  it('links what a failure offers, whatever its names hold', () => {
    const folder = "/tmp/nix-build-a](b) '&.drv-0";
    const offer = { kind: 'goOnInKept', folder, phase: 'buildPhase', drvPath: null } as const;
    const links = offerLinks({ ...failure(), offers: [offer] }, 'file:///a.nix', 'b');
    const [, title, query] = /^\n\n\[(.*)\]\(command:phasewise\.goOnInKept\?([^)\s]*)\)$/.exec(links) ?? [];
    assert.equal(title, 'Go on in the kept directory at buildPhase');
    assert.deepEqual(JSON.parse(decodeURIComponent(query ?? '')), [
      { uri: 'file:///a.nix', attr: 'b', ...offer },
    ]);
    assert.equal(offerLinks(failure(), 'file:///a.nix', ''), '');
  });
});
