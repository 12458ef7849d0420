// Saves a snapshot and prints what came of it: a program, since a limit on files' sizes is a process's own.
import { readdirSync } from 'node:fs';
import { createProcessRunner } from '../../../../server/src/nix/process';
import { IncrementalSnapshots } from '../../../../server/src/phases/snapshots/snapshots';

const [directory = '', folder = ''] = process.argv.slice(2);
const snapshots = new IncrementalSnapshots(directory, folder, createProcessRunner());
void snapshots.save(0, new AbortController().signal).then((saved) => {
  const told = saved.ok ? { code: 'saved', message: '' } : saved.error;
  console.log(JSON.stringify({ ...told, left: readdirSync(folder) }));
});
