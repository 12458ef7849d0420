/**
 * Isolation of a session: namespaces (Linux) in which the outputs have their true paths, the build directory is where a
 * real build has it, and nothing outside can be written. `driver/isolate.sh` makes the view that `isolationPlan.ts` plans.
 */
import { accessSync, constants } from 'node:fs';
import { mkdtemp, readFile, realpath } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import type { ProcessRunner } from '../nix/process';
import type { Result } from '../result';
import { failure, success } from '../result';
import type { DriverCommand } from './driver';
import type { IsolationView } from './isolationPlan';
import { writeIsolationPlan } from './isolationPlan';
import { removeTree } from './snapshots/snapshots';

/** Programs of the machine that make the namespaces; absolute paths. */
export interface IsolationTools {
  readonly unshare: string;
  readonly sh: string;
  readonly env: string;
  /** PATH on which the script finds these and the others, within the view too. */
  readonly path: string;
  /** Whether `env` can set `argv[0]`. */
  readonly setsName: boolean;
  /** Their real places, for those that come from a store. */
  readonly places: readonly string[];
}

const neededTools = ['unshare', 'sh', 'env', 'mount', 'umount', 'pivot_root', 'mkfifo'] as const;
const probes = new WeakMap<ProcessRunner, Map<string, Promise<Result<IsolationTools, string>>>>();

/** `closed`: all namespaces, for isolation; `store`: mounts only, for another store at the store directory. */
export type IsolationKind = 'closed' | 'store';

/**
 * Whether namespaces can be had here, tried once for a runner and PATH: the tools, or a sentence why not (no Linux, a
 * program is missing, the kernel's or the machine's rules).
 */
export async function probeIsolation(
  driverFolder: string,
  path: string,
  kind: IsolationKind,
  runner: ProcessRunner,
  signal: AbortSignal,
): Promise<Result<IsolationTools, string>> {
  const known = probes.get(runner) ?? new Map<string, Promise<Result<IsolationTools, string>>>();
  probes.set(runner, known);
  const key = `${kind}:${driverFolder}:${path}`;
  const probing = known.get(key) ?? tryNamespaces(driverFolder, path, kind, runner, signal);
  known.set(key, probing);
  const probed = await probing;
  if (!probed.ok && signal.aborted) known.delete(key);
  return probed;
}

async function tryNamespaces(
  driverFolder: string,
  path: string,
  kind: IsolationKind,
  runner: ProcessRunner,
  signal: AbortSignal,
): Promise<Result<IsolationTools, string>> {
  if (process.platform !== 'linux') return failure('this system has no namespaces');
  const tools = await findTools(path, runner, signal);
  if (!tools.ok) return tools;
  const scratch = await mkdtemp(join(tmpdir(), 'phasewise-probe-'));
  try {
    const view: IsolationView = {
      folder: join(scratch, 'plan'),
      store: { storeDir: '/nix/store', physicalStoreDir: scratch },
      storeContent: 'all',
      visible: [
        { path: driverFolder, writable: false },
        { path: scratch, writable: true },
      ],
      build: null,
      home: null,
      network: false,
      closed: kind === 'closed',
    };
    // Tools that come from a store are hidden by this view's own store: whether namespaces can be had is seen before.
    const store = tools.value.places.find((place) => place.startsWith('/nix/store/'));
    const shown =
      store === undefined ? view : { ...view, store: { ...view.store, physicalStoreDir: '/nix/store' } };
    const trial = { program: tools.value.env, argv0: 'env', args: [], env: {}, cwd: '/' };
    const isolated = await isolatedCommand(trial, shown, driverFolder, tools.value);
    const { program, args, env } = isolated.command;
    const ran = await runner.run(program, args, { env, cwd: '/', timeoutMs: 10_000, signal });
    if (ran.exitCode === 0) return tools;
    return failure(ran.stderr.trim().replaceAll(/\s*\n\s*/g, '; ') || `unshare ended with ${ran.ended}`);
  } finally {
    await removeTree(scratch, runner);
  }
}

async function findTools(
  path: string,
  runner: ProcessRunner,
  signal: AbortSignal,
): Promise<Result<IsolationTools, string>> {
  const folders = [...path.split(':').filter((folder) => folder.startsWith('/')), '/usr/sbin', '/sbin'];
  const found = new Map<string, string>();
  for (const name of neededTools) {
    const file = folders.map((folder) => join(folder, name)).find(isExecutable);
    if (file === undefined) return failure(`the program ${name} is not installed`);
    const real = await realpath(file).catch(() => file);
    // A program of many names (busybox) knows which one is meant by the name.
    found.set(name, basename(real) === name ? real : join(await realpath(dirname(file)), name));
  }
  const places = [...found.values()];
  const env = found.get('env') ?? '';
  const named = await runner.run(env, ['--argv0=phasewise', env, '--version'], { signal, timeoutMs: 5000 });
  return success({
    unshare: found.get('unshare') ?? '',
    sh: found.get('sh') ?? '',
    env,
    path: [...new Set([...places.map((place) => dirname(place)), ...folders])].join(':'),
    setsName: named.exitCode === 0,
    places,
  });
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

export interface IsolatedCommand {
  readonly command: DriverCommand;
  /** Names in the view's store folder that are mount points. */
  readonly mountPoints: ReadonlySet<string>;
}

/**
 * Writes the view's plan; gives the command that makes the namespaces and runs the command there, in exactly its
 * environment. Where `env` cannot set a program's own name, `bash` (when the command is one) sets it itself.
 */
export async function isolatedCommand(
  command: DriverCommand,
  view: IsolationView,
  driverFolder: string,
  tools: IsolationTools,
): Promise<IsolatedCommand> {
  const mountPoints = await writeIsolationPlan(view);
  const users = await userMaps();
  const namespaces = [
    '--mount',
    ...(view.closed ? ['--pid', '--fork', '--kill-child', '--ipc', '--uts'] : []),
  ];
  if (!view.network && view.closed) namespaces.push('--net');
  const script = [
    join(driverFolder, 'isolate.sh'),
    view.folder,
    users.user,
    users.group,
    users.setgroups,
    view.network || !view.closed ? '0' : '1',
    command.cwd,
  ];
  const variables = Object.entries(command.env).map(([name, value]) => `${name}=${value}`);
  return {
    mountPoints,
    command: {
      program: tools.unshare,
      argv0: 'unshare',
      args: [...users.namespace, ...namespaces, tools.sh, ...script, ...named(command, variables, tools)],
      env: { PATH: tools.path },
      cwd: '/',
    },
  };
}

/** Arguments of `env -i`. */
function named(
  { program, argv0, args }: DriverCommand,
  variables: readonly string[],
  tools: IsolationTools,
): readonly string[] {
  if (tools.setsName) return [`--argv0=${argv0}`, ...variables, program, ...args];
  if (!/^(?:ba)?sh$/.test(argv0) || !args.some((arg) => arg.endsWith('/driver.sh')))
    return [...variables, program, ...args];
  return [...variables, program, '-c', 'exec -a "$0" "$@"', argv0, program, ...args];
}

interface UserMaps {
  /** Options of unshare for the outer namespace. */
  readonly namespace: readonly string[];
  readonly user: string;
  readonly group: string;
  readonly setgroups: 'allow' | 'deny';
}

/** Inside, users are who they are outside: all of them for root, for anybody else only themselves. */
async function userMaps(): Promise<UserMaps> {
  const user = process.getuid?.() ?? 0;
  const group = process.getgid?.() ?? 0;
  if (user !== 0) {
    return {
      namespace: ['--user', '--map-root-user'],
      user: `${user} 0 1`,
      group: `${group} 0 1`,
      setgroups: 'deny',
    };
  }
  return {
    namespace: [],
    user: await identity('/proc/self/uid_map'),
    group: await identity('/proc/self/gid_map'),
    setgroups: 'allow',
  };
}

async function identity(file: string): Promise<string> {
  const lines = (await readFile(file, 'utf8').catch(() => '')).trim().split('\n');
  return lines
    .map((line) => line.trim().split(/\s+/))
    .map(([first = '0', , count = '1']) => `${first} ${first} ${count}`)
    .join('\n');
}
