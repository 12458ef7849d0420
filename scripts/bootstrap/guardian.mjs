// Started along with a script: when that has ended, ends and removes what it left. Only a script that was killed leaves something.
//   node guardian.mjs MARK      standard input: lines `+"PATH"` for what is to be removed then, `-"PATH"` for what no longer is
import { rm } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { endMarked } from '../processTree.mjs';

for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(name, () => undefined);

const left = new Set();
for await (const line of createInterface({ input: process.stdin })) {
  const path = JSON.parse(line.slice(1));
  if (line.startsWith('+')) left.add(path);
  else left.delete(path);
}
await endMarked(process.argv[2]);
for (const path of left) await rm(path, { recursive: true, force: true });
