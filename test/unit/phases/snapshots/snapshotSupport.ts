/** A live directory and a snapshot folder beside it, and what is to be seen in the directory. */
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createProcessRunner } from '../../../../server/src/nix/process';
import type { SnapshotOptions } from '../../../../server/src/phases/snapshots/snapshots';
import { IncrementalSnapshots } from '../../../../server/src/phases/snapshots/snapshots';

export const never = new AbortController().signal;

export class SnapshotBed {
  readonly root = mkdtempSync(join(tmpdir(), 'snapshots-'));
  readonly directory = join(this.root, 'live');
  readonly folder = join(this.root, 'snapshots');

  constructor() {
    mkdirSync(this.directory);
  }

  open(options?: SnapshotOptions): IncrementalSnapshots {
    return new IncrementalSnapshots(this.directory, this.folder, createProcessRunner(), options);
  }

  /** Runs a script in the live directory. */
  sh(script: string): string {
    return execFileSync('bash', ['-euc', script], {
      cwd: this.directory,
      encoding: 'latin1',
      // Of a standard input that is a socket, as Node's pipes are, bash concludes that it serves a remote shell, and reads bashrc.
      stdio: ['ignore', 'pipe', 'inherit'],
    });
  }

  /**
   * Types, modes, owners, times to the nanosecond, link targets and content of everything, and which names are one file;
   * of sockets only that they are there. Without what only root may read, when that is someone else.
   */
  look(): string {
    return this.sh(String.raw`
      find() { command find "$@" 2> /dev/null || [ $EUID != 0 ]; }
      find . ! -type s -printf '%p\t%y\t%m\t%U:%G\t%T@\t%l\0' | LC_ALL=C sort -z | tr '\0' '\n'
      find . -type f -readable -print0 | LC_ALL=C sort -z | xargs -0r sha256sum
      find . -type f -links +1 -printf '%i %p\0' | LC_ALL=C sort -z -k2 | awk -v RS='\0' '{ if (!($1 in n)) n[$1] = NR; print n[$1], $2 }'
    `);
  }

  remove(): void {
    chmodSync(this.root, 0o700);
    execFileSync('chmod', ['-R', 'u+rwX', this.root]);
    rmSync(this.root, { recursive: true, force: true });
  }
}

/** A tree with what builds and hostile phases leave. */
export const hostileTree = String.raw`
  mkdir -p a/b/c empty sealed 'sp ace' hidden
  echo one > a/one; echo two > a/b/two; : > a/empty
  head -c 300000 /dev/urandom > a/b/c/large
  ln a/one a/b/hard; ln a/one zhard
  ln -s one a/link; ln -s /nowhere/$(printf 'x%.0s' {1..300}) dangling; ln -s a/b folderlink
  printf x > $'new\nline'; printf y > $'latin1-\xe9'; printf z > 'ünïcode'; printf q > ./-rf; printf r > 'a\b'
  echo script > run; chmod 6755 run; echo secret > closed; chmod 000 closed
  echo in > sealed/in; chmod 555 sealed
  echo in > hidden/in; chmod 000 hidden
  mkfifo pipe; chmod 640 pipe
  chmod 1777 empty
  touch -h -d '2001-02-03 04:05:06.123456789' a/link a/one
  touch -d '1970-01-01 00:00:01' a/b/two
  touch -d '2030-01-01 00:00:00.000000001' a/b
  truncate -s 50M sparse; printf middle | dd of=sparse bs=1 seek=20000000 conv=notrunc status=none
  printf end | dd of=sparse bs=1 seek=52428797 conv=notrunc status=none
`;
