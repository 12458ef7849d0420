import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as messages from '../../server/src/protocol/messages';
import * as debug from '../../server/src/protocol/debug';
import * as environmentMessages from '../../server/src/protocol/environmentMessages';
import * as buildDirectoryMessages from '../../server/src/protocol/buildDirectoryMessages';
import * as evaluationMessages from '../../server/src/protocol/evaluationMessages';
import * as kindMessages from '../../server/src/protocol/kindMessages';
import * as logMessages from '../../server/src/protocol/logMessages';
import * as pinMessages from '../../server/src/protocol/pinMessages';
import * as replayMessages from '../../server/src/protocol/replayMessages';
import * as sessionMessages from '../../server/src/protocol/sessionMessages';
import * as shownMessages from '../../server/src/protocol/shownMessages';
import * as shellMessages from '../../server/src/protocol/shellMessages';
import * as storeMessages from '../../server/src/protocol/storeMessages';
import * as packageMessages from '../../server/src/protocol/packageMessages';
import * as valueMessages from '../../server/src/protocol/valueMessages';
import { serverCommands } from '../../server/src/features/executeCommand';
import { repository } from './testAssets';

describe('docs/protocol.md', () => {
  const all = {
    ...messages,
    ...buildDirectoryMessages,
    ...evaluationMessages,
    ...kindMessages,
    ...pinMessages,
    ...sessionMessages,
    ...shellMessages,
    ...shownMessages,
    ...environmentMessages,
    ...replayMessages,
    ...logMessages,
    ...storeMessages,
    ...valueMessages,
    ...packageMessages,
  };
  const ofDebugger = Object.values(debug).filter((name) => name.startsWith('phasewise/'));
  const methods = Object.values(all).flatMap((message) =>
    typeof message === 'string' ? [] : [message.method],
  );

  it('lists every message of our own, and none that does not exist', async () => {
    const document = await readFile(join(repository, 'docs/protocol.md'), 'utf8');
    const listed = new Set(document.match(/phasewise\/[A-Za-z]+/g));
    assert.deepEqual([...listed].sort(), [...new Set([...methods, ...ofDebugger])].sort());
  });

  it('lists every command that the server executes', async () => {
    const document = await readFile(join(repository, 'docs/protocol.md'), 'utf8');
    for (const command of serverCommands) assert.ok(document.includes(`\`${command}\``), command);
  });
});
