/** A Nix daemon of the tests' own: only root can start one that builds. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { hasOwnStore, nixEnvironment } from './nixEnvironment';
import { readProc } from './processes';

const mark = 'PHASEWISE_TEST_DAEMON';

/** Through a daemon already, or with a store of one's own, there is none to start. */
export const canStartDaemon =
  process.getuid?.() === 0 && process.env['NIX_REMOTE'] !== 'daemon' && !hasOwnStore;

export class NixDaemon {
  private child: ChildProcess | null = null;

  /** The folder's name is short: a socket's path may have but a hundred characters. */
  private constructor(private readonly folder: string) {}

  /** Starts one with this `nix.conf`, which is its clients', too. */
  static async open(configuration: string): Promise<NixDaemon> {
    const folder = await mkdtemp(join(tmpdir(), 'pw-'));
    await chmod(folder, 0o755);
    await writeFile(join(folder, 'nix.conf'), `${configuration}\n`);
    const daemon = new NixDaemon(folder);
    await daemon.start();
    return daemon;
  }

  /** What makes a program of Nix its client. */
  get variables(): Readonly<Record<string, string>> {
    return {
      NIX_CONF_DIR: this.folder,
      NIX_CONFIG: '',
      NIX_REMOTE: 'daemon',
      NIX_DAEMON_SOCKET_PATH: this.socket,
    };
  }

  async start(): Promise<void> {
    this.child = spawn('nix-daemon', [], {
      env: { ...nixEnvironment(), ...this.variables, NIX_REMOTE: '', [mark]: this.folder },
      stdio: 'ignore',
    });
    for (let tries = 0; !existsSync(this.socket); tries += 1) {
      if (tries > 500 || this.child.exitCode !== null) throw new Error('nix-daemon did not start');
      await pause(20);
    }
  }

  /** Kills it and its processes for its clients. Nobody ends their builders. */
  async crash(): Promise<void> {
    if (this.child === null) return;
    const ended = once(this.child, 'exit');
    for (const pid of await this.processes()) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch (error) {
        // It has ended in the meantime.
        if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
      }
    }
    await ended;
    this.child = null;
    await rm(this.socket, { force: true });
  }

  async close(): Promise<void> {
    await this.crash();
    await rm(this.folder, { recursive: true });
  }

  private get socket(): string {
    return join(this.folder, 'socket');
  }

  /** By a variable that its clients have not; a Nix that is not installed bears the name of its loader. */
  private async processes(): Promise<readonly number[]> {
    const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
    return pids.filter((pid) => readProc(pid, 'environ').includes(`${mark}=${this.folder}\0`)).map(Number);
  }
}
