import assert from 'node:assert/strict';
import { parseTaskDefinition, taskName } from '../../../../client/src/builds/taskDefinition';

function parsed(raw: Record<string, unknown>) {
  const result = parseTaskDefinition(raw);
  assert.ok(result.ok);
  return result.definition;
}

function reason(raw: Record<string, unknown>): string {
  const result = parseTaskDefinition(raw);
  assert.ok(!result.ok);
  return result.reason;
}

describe('a task in tasks.json', () => {
  it('needs a file or a flake and builds its value by itself', () => {
    assert.deepEqual(parsed({ type: 'phasewise', file: 'a b/$x.nix' }), {
      subject: { kind: 'file', path: 'a b/$x.nix' },
      ...{ attr: '', action: 'build', phase: null, args: [], plain: null },
      program: { name: null, words: [] },
    });
    assert.match(reason({ type: 'phasewise' }), /"file".*"flake"/);
    assert.match(reason({ type: 'phasewise', file: ' ' }), /"file"/);
  });

  it('names a flake by its folder and the attribute behind #', () => {
    const of = (raw: Record<string, unknown>) => {
      const { subject, attr } = parsed(raw);
      return [subject.kind, subject.path, attr];
    };
    assert.deepEqual(of({ flake: '.#hello' }), ['flake', '.', 'hello']);
    assert.deepEqual(of({ flake: '#"a#b"' }), ['flake', '.', '"a#b"']);
    assert.deepEqual(of({ flake: 'sub/dir', attr: 'x' }), ['flake', 'sub/dir', 'x']);
    assert.match(reason({ flake: '.#a', attr: 'b' }), /not in both/);
    assert.match(reason({ flake: '.', file: 'a.nix' }), /not both/);
    assert.match(reason({ flake: 'github:NixOS/nixpkgs#hello' }), /folder of this machine/);
    assert.match(reason({ flake: 3 }), /"flake"/);
  });

  it('takes the name of a phase as an action', () => {
    const { action, phase } = parsed({ file: 'a', action: 'installPhase' });
    assert.deepEqual([action, phase], ['run', 'installPhase']);
    assert.match(reason({ file: 'a', action: 'installPhase', phase: 'buildPhase' }), /"phase"/);
    assert.equal(parsed({ file: 'a', action: 'check' }).action, 'check');
  });

  it('tries a program of what is built, with words of its own', () => {
    const of = (program: unknown) => parsed({ file: 'a', action: 'try', program }).program;
    assert.deepEqual(of(undefined), { name: null, words: [] });
    assert.deepEqual(of('greet'), { name: 'greet', words: [] });
    assert.deepEqual(of(['greet', '--name', 'a b; $(c)']), { name: 'greet', words: ['--name', 'a b; $(c)'] });
    assert.equal(
      taskName(parsed({ file: 'a', action: 'try', program: 'greet' }), 'hello-1.0'),
      'try greet of hello-1.0',
    );
    assert.equal(taskName(parsed({ file: 'a', action: 'try' }), 'hello-1.0'), 'try hello-1.0');
    assert.match(reason({ file: 'a', program: 'greet' }), /"action": "try"/);
    assert.match(reason({ file: 'a', action: 'try', program: [1] }), /"program"/);
  });

  it('gives words to Nix as they are written', () => {
    const args = ['--argstr', 'name', 'a b; $(c)', '--arg', 'x', '{ }'];
    assert.deepEqual(parsed({ file: 'a', args }).args, args);
    assert.match(reason({ file: 'a', args: '--arg' }), /"args"/);
    assert.match(reason({ file: 'a', args: [1] }), /"args"/);
    assert.match(reason({ file: 'a', plain: 'yes' }), /"plain"/);
  });

  it('hands on odd attribute names and files as they are written', () => {
    const attr = `"my pkg; $(touch x) \`y\` 'é' \\"q\\""`;
    const file = 'é $x; "q"/default.nix';
    const { attr: read, subject } = parsed({ file, attr });
    assert.deepEqual([read, subject.path], [attr, file]);
    assert.equal(taskName(parsed({ file, attr }), null), `build ${attr}`);
  });

  it('refuses what it cannot do, and says which word is wrong', () => {
    assert.match(reason({ file: 'a', action: 'clean' }), /"action"/);
    assert.match(reason({ file: 'a', action: 'toString' }), /"action"/);
    assert.match(reason({ file: 'a', attr: 3 }), /"attr"/);
    assert.match(reason({ file: 'a', action: 'run', phase: 3 }), /"phase"/);
    assert.match(reason({ file: 'a', phase: 'buildPhase' }), /"action": "run"/);
  });

  it('is named by what it does', () => {
    assert.equal(taskName(parsed({ file: 'a.nix' }), 'hello-1.0'), 'build hello-1.0');
    assert.equal(taskName(parsed({ file: 'a.nix', attr: 'x', action: 'rebuild' }), null), 'rebuild x');
    assert.equal(taskName(parsed({ file: 'a.nix', action: 'run' }), null), 'run a.nix');
    assert.equal(
      taskName(parsed({ file: 'a.nix', action: 'run', phase: 'buildPhase' }), null),
      'run buildPhase of a.nix',
    );
  });
});
