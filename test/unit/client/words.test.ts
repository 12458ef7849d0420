import assert from 'node:assert/strict';
import { ago, codeBlock, duration, escapeMarkdown, isInStore, place } from '../../../client/src/words';
import { storePathName } from '../../../server/src/protocol/storePath';

describe('words for the user', () => {
  it('says times as people do', () => {
    const said = [0, 0.04, 0.06, 1.25, 9.94, 9.96, 59.4, 59.6, 125].map(duration);
    assert.deepEqual(said, [
      '<0.1 s',
      '<0.1 s',
      '0.1 s',
      '1.3 s',
      '9.9 s',
      '10 s',
      '59 s',
      '1 min 0 s',
      '2 min 5 s',
    ]);
  });

  it('says how long ago something was', () => {
    const minute = 60_000;
    const times = [0, minute, 59 * minute, 60 * minute, 24 * 60 * minute, 72 * 60 * minute].map(ago);
    assert.deepEqual(times, ['just now', '1 min ago', '59 min ago', '1 h ago', '1 day ago', '3 days ago']);
  });

  it('says store paths without their hash', () => {
    const path = '/nix/store/1rz4g4znpzjwh1xymhjpm42vipw92pr7-hello-1.0.drv';
    assert.equal(storePathName(path), 'hello-1.0.drv');
    assert.equal(place(path, 3), 'hello-1.0.drv:4');
  });

  it('knows what lies in a store, wherever that is', () => {
    assert.ok(isInStore('/home/me/st/nix/store/1rz4g4znpzjwh1xymhjpm42vipw92pr7-x/setup'));
    assert.ok(!isInStore('/home/me/store/default.nix'));
  });

  it('cuts long code and says how much is missing', () => {
    assert.equal(codeBlock('a\nb\nc\n', 'bash', 2), '```bash\na\nb\n```\n\n… 1 more lines');
  });

  it('shows foreign text literally in Markdown', () => {
    assert.equal(escapeMarkdown('[x](command:y) $(z)'), '\\[x\\]\\(command:y\\) \\$\\(z\\)');
  });
});
