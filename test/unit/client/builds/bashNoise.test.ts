import assert from 'node:assert/strict';
import fc from 'fast-check';
import { isBashNoise, QuietText } from '../../../../client/src/builds/bashNoise';

const noise = '/bin/bash: line 7: pop_var_context: head of shell_variables not a function context';

function quiet(...chunks: readonly string[]): string {
  const text = new QuietText();
  return chunks.map((chunk) => text.push(chunk)).join('') + text.flush();
}

describe("bash's noise about itself", () => {
  it('is known with and without the line and whatever bash is called', () => {
    assert.ok(isBashNoise(noise));
    assert.ok(isBashNoise(`${noise}\r`));
    assert.ok(isBashNoise('environment: pop_var_context: head of shell_variables not a function context'));
    assert.ok(!isBashNoise('cc: error: pop_var_context'));
  });

  it('is left out of output and nothing else is', () => {
    assert.equal(quiet(`a\n${noise}\nb\n`), 'a\nb\n');
    assert.equal(quiet(`${noise}\r\n${noise}\r\nb`), 'b');
    assert.equal(quiet('', 'a', '', `\n${noise}`), 'a\n');
  });

  it('is left out also when it comes in two parts, from the first word of its message', () => {
    const text = new QuietText();
    assert.equal(text.push('a\n/bin/bash: line 7: pop_var'), 'a\n');
    assert.equal(text.push('_context: head of shell_variables not a function context\nb\n'), 'b\n');
  });

  it('holds back no prompt and no progress', () => {
    for (const line of ['Password: ', 'checking for gcc... ', '50%\r', 'bash: line 3: foo']) {
      assert.equal(new QuietText().push(line), line);
    }
  });

  it('loses no other text wherever the output is cut', () => {
    const piece = fc.constantFrom('a', ': ', 'line 7: ', 'pop_', 'bash', '\n', '\r\n', 'ü', ' ');
    fc.assert(
      fc.property(fc.array(piece), fc.nat(), (pieces, at) => {
        const whole = pieces.join('');
        const cut = whole.length === 0 ? 0 : at % whole.length;
        assert.equal(quiet(whole.slice(0, cut), whole.slice(cut)), whole);
      }),
    );
  });
});
