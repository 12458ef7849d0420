/**
 * Ends what we started when we are killed and cannot do it ourselves: one small shell whose standard input is a pipe
 * from us, which ends with us. Children of the runner are each the leader of a group of their own.
 */
import { workGraceMs } from './openWork';
import type { ChildHandle, ProcessRunner } from './process';
import { spawnChild } from './process';

const lookMs = 200;

/**
 * Reads `+PID` and `-PID`; at the end of input asks the groups that are left to end, then makes those end that have not: one may be a
 * Nix that builds.
 */
const script = `
left=
while read -r line; do
  case $line in
    +*) left="$left \${line#+}" ;;
    -*)
      kept=
      for pid in $left; do [ "$pid" = "\${line#-}" ] || kept="$kept $pid"; done
      left=$kept
      ;;
  esac
done
[ -n "$left" ] || exit 0
for pid in $left; do kill -TERM "-$pid" 2> /dev/null; done
looks=${workGraceMs / lookMs}
while [ "$looks" -gt 0 ]; do
  alive=
  for pid in $left; do kill -0 "-$pid" 2> /dev/null && alive=1; done
  [ -n "$alive" ] || exit 0
  sleep ${lookMs / 1000}
  looks=$((looks - 1))
done
for pid in $left; do kill -KILL "-$pid" 2> /dev/null; done
`;

const idleMs = 1000;

/** A runner whose children end with this process, however that ends. */
export function createGuardedRunner(runner: ProcessRunner): ProcessRunner {
  const guardian = new Guardian();
  return {
    run: async (program, args, options = {}) => {
      const guarded: number[] = [];
      const onStarted = (started: number): void => {
        guarded.push(started);
        guardian.watch(started);
        options.onStarted?.(started);
      };
      await guardian.enter();
      try {
        return await runner.run(program, args, { ...options, onStarted });
      } finally {
        for (const pid of guarded) guardian.forget(pid);
        guardian.leave();
      }
    },
  };
}

/** The shell is there only while something runs, and a little longer. */
class Guardian {
  private shell: Promise<ChildHandle | null> | null = null;
  /** Set while the shell is there: what is told must not wait, as we may be killed at any moment. */
  private input: ChildHandle['stdin'] = null;
  private running = 0;
  private leaving: NodeJS.Timeout | null = null;

  /** The shell is there before the child is, or a child started last would be nobody's for a moment. */
  async enter(): Promise<void> {
    if (this.leaving !== null) clearTimeout(this.leaving);
    this.leaving = null;
    this.running++;
    this.shell ??= start();
    this.input = (await this.shell)?.stdin ?? null;
  }

  watch(pid: number): void {
    this.tell(`+${pid}`);
  }

  forget(pid: number): void {
    this.tell(`-${pid}`);
  }

  leave(): void {
    this.running--;
    if (this.running === 0) this.leaving = setTimeout(() => this.dismiss(), idleMs);
  }

  private tell(line: string): void {
    this.input?.write(`${line}\n`);
  }

  private dismiss(): void {
    this.input?.end();
    this.input = null;
    this.shell = null;
  }
}

/** Null when there is no shell; then only this protection is missing. */
async function start(): Promise<ChildHandle | null> {
  const started = await spawnChild('/bin/sh', ['-c', script], { stdio: ['pipe', 'ignore', 'ignore'] });
  if (!started.ok) return null;
  started.value.stdin?.on('error', () => {
    // The shell was ended by someone else; there is nothing to tell it.
  });
  return started.value;
}
