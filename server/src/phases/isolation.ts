/**
 * Isolation of a session: namespaces (Linux) in which the outputs have their true paths, the build directory is where a
 * real build has it, and nothing outside can be written. `driver/isolate.sh` makes the view that `isolationPlan.ts` plans.
 */
import { accessSync, constants } from 'node:fs';
import { readFile, realpath } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { makeOwnFolder } from '../nix/ownFolder';
import type { ProcessRunner } from '../nix/process';
import type { Result } from '../result';
import { failure, success } from '../result';
import type { DriverCommand } from './driver';
import type { IsolationView } from './isolationPlan';
import { writeIsolationPlan } from './isolationPlan';
import type { OutsideProgram } from './outsideProgram';
import { outsideProgram, startedFrom } from './outsideProgram';
import { sandboxUser } from './sandboxPlan';
import { removeTree } from './snapshots/snapshots';

/** Programs of the machine that make the namespaces; absolute paths. */
export interface IsolationTools {
  readonly unshare: string;
  readonly sh: string;
  readonly env: string;
  /** PATH on which the script finds these and the others. */
  readonly path: string;
  /** Whether `env` can set `argv[0]`. */
  readonly setsName: boolean;
  /** Sets what the kernel tells of itself and how it places memory; null: not here. */
  readonly setarch: string | null;
  /** Their real places, for those that come from a store. */
  readonly places: readonly string[];
  /** Those that run where the machine is not seen; null: they cannot. */
  readonly outside: { readonly unshare: OutsideProgram; readonly env: OutsideProgram } | null;
}

const neededTools = ['unshare', 'nsenter', 'sh', 'env', 'mount', 'mkfifo'] as const;
const probes = new WeakMap<ProcessRunner, Map<string, Promise<Result<IsolationTools, string>>>>();

/**
 * `sandbox`: all namespaces, and a view in which the machine is not seen; `machine`: all, and one in which it is; `store`: mounts only,
 * for another store at the store directory.
 */
export type IsolationKind = 'sandbox' | 'machine' | 'store';

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
  const { env, outside, places } = tools.value;
  if (kind === 'sandbox' && outside === null) return failure('how unshare and env are loaded cannot be told');
  const scratch = await makeOwnFolder('probe');
  try {
    // Tools that come from a store are hidden by this view's own store: whether namespaces can be had is seen before.
    const store = kind !== 'sandbox' && places.some((place) => place.startsWith('/nix/store/'));
    const view: IsolationView = {
      folder: join(scratch, 'plan'),
      store: { storeDir: '/nix/store', physicalStoreDir: store ? '/nix/store' : scratch },
      storeContent: 'all',
      visible: [
        { source: driverFolder, target: driverFolder, writable: false },
        { source: scratch, target: scratch, writable: true },
      ],
      build: null,
      home: null,
      network: false,
      closed: kind !== 'store',
      narrow: false,
      sandbox:
        kind === 'sandbox'
          ? { paths: [], followsLinks: true, kvm: false, preBuildHook: null, certificates: null }
          : null,
    };
    const trial = { program: env, argv0: 'env', args: [], env: {}, cwd: '/' };
    const shown = kind === 'sandbox' ? (outside?.env ?? null) : null;
    const isolated = await isolatedCommand(trial, view, driverFolder, tools.value, shown);
    const { program, args, env: own } = isolated.command;
    const ran = await runner.run(program, args, { env: own, cwd: '/', timeoutMs: 10_000, signal });
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
  const unshare = found.get('unshare') ?? '';
  const setarch = folders.map((folder) => join(folder, 'setarch')).find(isExecutable) ?? '';
  const [help, placed, ...outside] = await Promise.all([
    runner.run(env, ['--help'], { env: {}, signal, timeoutMs: 5000 }),
    runner.run(setarch, [...personality(false), env], { env: {}, signal, timeoutMs: 5000 }),
    outsideProgram(unshare, runner, signal),
    outsideProgram(env, runner, signal),
  ]);
  const [unshareOutside, envOutside] = outside;
  const known = unshareOutside !== null && envOutside !== null && help.stdout.includes('--chdir');
  return success({
    unshare,
    sh: found.get('sh') ?? '',
    env,
    path: [...new Set([...places.map((place) => dirname(place)), ...folders])].join(':'),
    setarch: placed.exitCode === 0 ? setarch : null,
    setsName: help.stdout.includes('--argv0'),
    places,
    outside: known ? { unshare: unshareOutside, env: envOutside } : null,
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
 * environment. Where `env` cannot set a program's own name, `bash` (when the command is one) sets it itself. `outside`: the command's
 * program is one that the view does not show; the program finds the machine's root open as descriptor 9.
 */
export async function isolatedCommand(
  command: DriverCommand,
  view: IsolationView,
  driverFolder: string,
  tools: IsolationTools,
  outside: OutsideProgram | null = null,
): Promise<IsolatedCommand> {
  const mountPoints = await writeIsolationPlan(view);
  const outsideTools = view.sandbox === null ? null : tools.outside;
  const users = await userMaps();
  const namespaces = [
    '--mount',
    ...(view.closed ? ['--pid', '--fork', '--kill-child', '--ipc', '--uts'] : []),
  ];
  const own = !view.network && view.closed;
  if (own) namespaces.push('--net');
  const tasks = [own ? 'loopback' : '', outsideTools === null ? '' : 'name', outside === null ? '' : 'root'];
  const script = [
    join(driverFolder, 'isolate.sh'),
    view.folder,
    tasks.filter((task) => task !== '').join(','),
    ...(outsideTools === null ? [users.user, users.group, users.setgroups] : ['', '', '']),
    ...(outsideTools === null
      ? besideTheMachine(command, view.folder, tools)
      : sandboxed(command, tools, outsideTools, outside)),
  ];
  const words = [tools.unshare, ...users.namespace, ...namespaces, tools.sh, ...script];
  const { setarch } = tools;
  const [program = '', ...args] = setarch === null ? words : [setarch, ...personality(view.narrow), ...words];
  return {
    mountPoints,
    command: { program, argv0: basename(program), args, env: { PATH: tools.path }, cwd: '/' },
  };
}

/** Arguments of setarch for what Nix does before each build, so that nothing hangs on where memory is. */
function personality(narrow: boolean): readonly string[] {
  return [narrow ? 'linux32' : 'linux64', '--addr-no-randomize'];
}

/** Arguments of nsenter where the view has these programs, too. */
function besideTheMachine(command: DriverCommand, folder: string, tools: IsolationTools): readonly string[] {
  const named = withName(command, tools);
  const words = [folder, command.cwd, ...named.options, ...variablesOf(command), ...named.command];
  return ['--', tools.unshare, '--user', tools.sh, '-c', awaitUsers, 'sh', ...words];
}

/** Arguments: folder of the plan, working directory, then those of env. */
const awaitUsers = `
  echo $$ > "$1/here"
  IFS= read -r __phasewise_answer < "$1/go"
  if [ "$__phasewise_answer" != go ] || ! cd "$2"; then
    echo "phasewise: the build directory could not be entered in its namespace" >&2
    exit 125
  fi
  shift 2
  exec env -i "$@"`;

/** Arguments of nsenter where the view shows no program of these: the working directory, the machine's root, leads to them. */
function sandboxed(
  command: DriverCommand,
  tools: IsolationTools,
  { unshare, env }: { readonly unshare: OutsideProgram; readonly env: OutsideProgram },
  outside: OutsideProgram | null,
): readonly string[] {
  const { uid, gid } = sandboxUser;
  const users = ['--user', `--map-user=${uid}`, `--map-group=${gid}`];
  const named =
    outside === null
      ? withName(command, tools)
      : { options: [], command: [...startedFrom('/proc/self/fd/9', outside), ...command.args] };
  return [
    ...['--wd=/', '--', ...startedFrom('.', unshare), ...users, '--', ...startedFrom('.', env)],
    ...['-i', `--chdir=${command.cwd}`, ...named.options, ...variablesOf(command), ...named.command],
  ];
}

function variablesOf({ env }: DriverCommand): readonly string[] {
  return Object.entries(env).map(([name, value]) => `${name}=${value}`);
}

interface NamedCommand {
  /** Of `env`. */
  readonly options: readonly string[];
  readonly command: readonly string[];
}

function withName({ program, argv0, args }: DriverCommand, tools: IsolationTools): NamedCommand {
  if (tools.setsName) return { options: [`--argv0=${argv0}`], command: [program, ...args] };
  if (!/^(?:ba)?sh$/.test(argv0) || !args.some((arg) => arg.endsWith('/driver.sh')))
    return { options: [], command: [program, ...args] };
  return { options: [], command: [program, '-c', 'exec -a "$0" "$@"', argv0, program, ...args] };
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
