import assert from 'node:assert/strict';
import { outputBlock, outputSummary } from '../../../../client/src/evaluation/outputWords';

describe('The words of what an evaluation printed', () => {
  const trace = { kind: 'trace', text: 'here' } as const;
  const warning = { kind: 'warning', text: 'foo is deprecated' } as const;

  it('count what there is, and warn of what no problem says', () => {
    assert.equal(outputSummary([]), null);
    assert.deepEqual(outputSummary([trace, trace, warning]), {
      text: 'Evaluation printed 1 warning, 2 traces',
      detail: '1 warning without a place in this file',
      warning: true,
    });
    assert.deepEqual(outputSummary([{ ...warning, placed: true }]), {
      text: 'Evaluation printed 1 warning',
      detail: '',
      warning: false,
    });
  });

  it('are a block for each evaluation, which marks what it only remembers', () => {
    const before = { ...warning, remembered: true } as const;
    assert.equal(
      outputBlock('── a.nix, 12:00\n', [trace, { kind: 'note', text: 'Cut.' }, before]),
      '── a.nix, 12:00\ntrace: here\nCut.\n' +
        'warning: foo is deprecated (printed before; its value is remembered until the file is saved)\n\n',
    );
  });

  it('are none where nothing was printed anew', () => {
    assert.equal(outputBlock('── a.nix, 12:00\n', [{ ...warning, remembered: true }]), '');
    assert.equal(outputBlock('── a.nix, 12:00\n', []), '');
  });
});
