/**
 * Programs run as an ordinary user: nobody when the tests run as root, else the user they run as. They are processes of their own, since
 * Node refuses to become another user where it may use io_uring.
 */
import { execFile } from 'node:child_process';
import { chmod, chown, copyFile, cp, mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';

const execute = promisify(execFile);
const repository = resolve(__dirname, '../..');
const nobody = 65534;
const root = process.getuid?.() === 0;

/** What a program prints; rejects when it fails. The environment is the tests' own with these variables. */
export async function asOrdinaryUser(
  program: string,
  args: readonly string[],
  variables: Readonly<Record<string, string>>,
): Promise<string> {
  return (await execute(program, [...args], asUser(variables))).stdout;
}

/** As `asOrdinaryUser`, of a program that may fail. */
export function triedAsOrdinaryUser(
  program: string,
  args: readonly string[],
  variables: Readonly<Record<string, string>>,
): Promise<{ readonly code: unknown; readonly stdout: string; readonly stderr: string }> {
  return new Promise((resolve) => {
    execFile(program, [...args], asUser(variables), (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : error.code, stdout, stderr }),
    );
  });
}

function asUser(variables: Readonly<Record<string, string>>) {
  const user = root ? { uid: nobody, gid: nobody } : {};
  return { env: { ...process.env, ...variables }, cwd: '/', maxBuffer: 1 << 26, ...user };
}

/** Makes a folder that is the ordinary user's own. */
export async function ordinaryUsersFolder(folder: string): Promise<void> {
  await mkdir(folder);
  await chmod(folder, 0o755);
  if (root) await chown(folder, nobody, nobody);
}

/**
 * Puts a program of the tests (a file of the repository) and Node into the folder, readable for everybody, as `program.js` and `node`: a
 * checkout, and a Node in somebody's home, may be closed to others.
 */
export async function publishProgram(file: string, folder: string): Promise<void> {
  await build({
    entryPoints: [join(repository, file)],
    outfile: join(folder, 'program.js'),
    bundle: true,
    platform: 'node',
    target: 'node20',
    logLevel: 'warning',
  });
  await publishNode(folder);
}

/** The same of the built command line, as `phasewise.js`, and of the examples. */
export async function publishCommandLine(folder: string): Promise<void> {
  for (const name of ['assets', 'phasewise.js'])
    await cp(join(repository, 'dist', name), join(folder, name), { recursive: true });
  await cp(join(repository, 'examples'), join(folder, 'examples'), { recursive: true });
  await publishNode(folder);
}

async function publishNode(folder: string): Promise<void> {
  await copyFile(process.execPath, join(folder, 'node'));
  await execute('chmod', ['-R', 'a+rX', folder]);
}
