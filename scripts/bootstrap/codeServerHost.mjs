// A VS Code that a browser shows, from the npm registry: code-server, the full workbench with the Node extension host.
// A plain `npm install` of it downloads and compiles what is not needed here, so its parts are installed one by one.
import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { cacheFolder, findProgram, run, runOrFail, say, SetupError } from './commands.mjs';
import { installPackages } from './distribution.mjs';

/** Some of its modules cannot be compiled in a folder whose path has a space: then it is kept in the user's cache. */
function codeServerParent() {
  if (!/\s/.test(cacheFolder)) return cacheFolder;
  return join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'phasewise');
}

/** VS Code 1.100: the oldest that the extension supports, and the newest whose host runs on Node 20. */
const version = '4.100.3';
const home = join(codeServerParent(), 'code-server');
const packageFolder = join(home, 'node_modules/code-server');
const workbench = join(packageFolder, 'lib/vscode');
const stamp = join(home, 'ready.json');
export const codeServerEntry = join(packageFolder, 'out/node/entry.js');

/** Native modules that the server cannot start without. */
const nativeModules = ['@vscode/spdlog', 'native-watchdog', '@parcel/watcher', 'node-pty'];
const npmFlags = ['--no-audit', '--no-fund', '--loglevel=error'];

/** What a finished installation was made for. */
const wanted = JSON.stringify({ version, modules: process.versions.modules });

async function isReady() {
  try {
    return (await readFile(stamp, 'utf8')) === wanted;
  } catch {
    return false;
  }
}

/** Headers that came with this Node spare node-gyp a download. */
function buildEnvironment() {
  const prefix = dirname(dirname(process.execPath));
  const headers = existsSync(join(prefix, 'include/node/node.h')) ? { npm_config_nodedir: prefix } : {};
  return { ...process.env, ...headers };
}

async function installTools() {
  const missing = ['python3', 'make', 'g++'].filter((name) => findProgram(name) === null);
  if (findProgram('rg') === null) missing.push('ripgrep');
  await installPackages(missing);
}

async function linkOnce(target, link) {
  await mkdir(dirname(link), { recursive: true });
  await rm(link, { force: true });
  await symlink(target, link);
}

/** Compiles the modules. A later script of node-pty wants tools that are not there; its addon is made by then. */
async function compileModules(env) {
  for (const name of nativeModules) {
    const result = await run('npm', ['rebuild', name, ...npmFlags], { cwd: workbench, env });
    if (result.exitCode !== 0 && name !== 'node-pty') {
      await runOrFail(`Compiling ${name}`, 'npm', ['rebuild', name, ...npmFlags], { cwd: workbench, env });
    }
  }
  const argon = ['rebuild', 'argon2', '--build-from-source', ...npmFlags];
  await runOrFail('Compiling argon2', 'npm', argon, { cwd: home, env });
}

/** Makes sure of the editor that runs in a browser; gives the script that starts it. */
export async function ensureCodeServer() {
  if (await isReady()) return codeServerEntry;
  if (/\s/.test(home)) {
    throw new SetupError(
      `code-server cannot be compiled in ${home}: set XDG_CACHE_HOME to a folder without spaces`,
    );
  }
  await installTools();
  say(`Installing code-server ${version} in ${home} (some minutes, once)`);
  await rm(home, { recursive: true, force: true });
  await mkdir(home, { recursive: true });
  await writeFile(join(home, 'package.json'), '{ "private": true }\n');
  const env = buildEnvironment();
  const install = ['install', '--ignore-scripts', ...npmFlags];
  await runOrFail('Installing code-server', 'npm', [...install, `code-server@${version}`], {
    cwd: home,
    env,
  });
  say('Installing its workbench');
  await runOrFail('Installing its workbench', 'npm', [...install, '--omit=dev'], { cwd: workbench, env });
  say('Compiling its native modules');
  await compileModules(env);
  await linkOnce(findProgram('rg'), join(workbench, 'node_modules/@vscode/ripgrep/bin/rg'));
  await linkOnce('node_modules', join(workbench, 'node_modules.asar'));
  const check = [codeServerEntry, '--config', join(home, 'config.yaml'), '--version'];
  await runOrFail('Starting code-server', process.execPath, check, { cwd: home });
  await writeFile(stamp, wanted);
  return codeServerEntry;
}
