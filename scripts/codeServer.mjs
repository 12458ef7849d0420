// Starts VS Code in its browser form on loopback, with folders of its own, and ends it with all that it started.
import { spawn } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { URLSearchParams } from 'node:url';
import { temporaryFolder, toUndo } from './bootstrap/cleanUp.mjs';
import { run, SetupError } from './bootstrap/commands.mjs';
import { endTree } from './processTree.mjs';

const startTimeoutMs = 60_000;

/** An editor that shows the work and nothing else. */
const calmSettings = {
  'telemetry.telemetryLevel': 'off',
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
  'workbench.welcomePage.walkthroughs.openOnInstall': false,
  'extensions.autoCheckUpdates': false,
  'extensions.autoUpdate': false,
  'extensions.ignoreRecommendations': true,
  'security.workspace.trust.untrustedFiles': 'open',
  // As on a desktop: what is typed reaches the disk when it is saved.
  'files.autoSave': 'off',
  'window.commandCenter': false,
  'remote.autoForwardPorts': false,
  'chat.commandCenter.enabled': false,
  'git.openRepositoryInParentFolders': 'never',
};

async function makeFolders(settings) {
  const { folder: home, remove } = await temporaryFolder('phasewise-');
  const folders = { home, remove, userData: join(home, 'data'), extensions: join(home, 'extensions') };
  await mkdir(join(folders.userData, 'User'), { recursive: true });
  await mkdir(folders.extensions);
  const all = { ...calmSettings, ...settings };
  await writeFile(join(folders.userData, 'User/settings.json'), JSON.stringify(all, null, 2));
  return folders;
}

function commonArguments(folders) {
  return [
    ...['--user-data-dir', folders.userData, '--extensions-dir', folders.extensions],
    ...['--config', join(folders.home, 'config.yaml')],
  ];
}

async function installExtension(entry, vsix, folders) {
  const args = [entry, ...commonArguments(folders), '--install-extension', vsix];
  const { exitCode, output } = await run(process.execPath, args, { cwd: folders.home });
  if (exitCode !== 0) throw new SetupError(`Installing ${vsix} into the editor failed:\n${output}`);
}

/** The address that the server says it listens on; null when it ended or took too long. */
function waitForAddress(child) {
  return new Promise((resolve) => {
    let output = '';
    const timer = setTimeout(() => resolve({ url: null, output }), startTimeoutMs);
    const end = (url) => {
      clearTimeout(timer);
      resolve({ url, output });
    };
    const read = (chunk) => {
      output += chunk;
      const match = /HTTP server listening on (http:\/\/[^\s/]+)/.exec(output);
      if (match) end(match[1]);
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.on('close', () => end(null));
    child.on('error', (error) => {
      output += error.message;
      end(null);
    });
  });
}

/**
 * Starts it on a free port (or `port`). `trusted` false asks about workspace trust as a fresh VS Code does. `vsix` is installed
 * first. Gives the address, the folder for user data, `stop`, which leaves no process and no folder, and `ended`, for when it ends by itself.
 */
export async function startCodeServer(
  entry,
  { env = process.env, vsix, trusted = true, settings = {}, port = 0 },
) {
  const folders = await makeFolders(settings);
  if (vsix) await installExtension(entry, vsix, folders);
  const args = [
    ...[entry, ...commonArguments(folders), '--auth', 'none', '--bind-addr', `127.0.0.1:${port}`],
    ...['--disable-telemetry', '--disable-update-check', '--disable-getting-started-override'],
    ...(trusted ? ['--disable-workspace-trust'] : []),
  ];
  // A session of its own, so that Ctrl-C reaches this script alone, which then ends the server in order.
  const child = spawn(process.execPath, args, {
    cwd: folders.home,
    // Started as from a terminal: then VS Code takes this environment, and does not ask the login shell for another. Its sockets, whose
    // paths must be short, go into the folder that is removed.
    env: { ...env, VSCODE_CLI: '1', PHASEWISE_WINDOW: folders.home, XDG_RUNTIME_DIR: folders.home },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const ended = new Promise((resolve) => child.on('close', resolve));
  const stop = toUndo(async () => {
    await endTree(child.pid, { mark: `PHASEWISE_WINDOW=${folders.home}` });
    await folders.remove();
  });
  const { url, output } = await waitForAddress(child);
  if (url === null) {
    await stop();
    throw new SetupError(`code-server did not start:\n${output.trim()}`);
  }
  return { url, userData: folders.userData, stop, ended };
}

/** Address of a window on a folder, or on the folders of a `.code-workspace` file. `development` loads an extension from its source folder and runs its tests, if named. */
export function windowAddress(server, opened, development) {
  const query = new URLSearchParams({
    [opened.endsWith('.code-workspace') ? 'workspace' : 'folder']: opened,
  });
  if (development) {
    const remote = (path) => `vscode-remote://${new URL(server.url).host}${path}`;
    const payload = [['extensionDevelopmentPath', remote(development.extension)]];
    if (development.tests) payload.push(['extensionTestsPath', remote(development.tests)]);
    query.set('payload', JSON.stringify(payload));
  }
  return `${server.url}/?${query}`;
}
