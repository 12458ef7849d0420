import assert from 'node:assert/strict';
import { createConnectionLogger } from '../../server/src/connectionLogger';

describe('the server\u2019s log', () => {
  it('holds no credentials of what Nix said, in messages and in errors', () => {
    const logged: string[] = [];
    const console = { log: (text: string) => logged.push(text) };
    const { log } = console;
    const connectionConsole = { info: log, warn: log, error: log };
    const logger = createConnectionLogger(
      connectionConsole as unknown as Parameters<typeof createConnectionLogger>[0],
    );
    logger.warn("error: unable to download 'https://me:pa55@host/x.tar.gz'");
    logger.error('It failed', new Error('git clone ssh://deploy:pa55@host/x'));
    assert.equal(logged.length, 2);
    assert.doesNotMatch(logged.join('\n'), /pa55/);
    assert.match(logged[0] ?? '', /https:\/\/‹hidden›@host\/x\.tar\.gz/);
  });
});
