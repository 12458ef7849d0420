// The Nix or bash of another Debian suite, unpacked into a folder and run from there: a private apt state, `dpkg -x`, and small
// programs that start Nix through that suite's own dynamic loader. Nothing is installed and no root is needed.
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Unpacks once; gives the folder with `nix`, `nix-build`, … */
export async function unpackSuite(folder, suite, refresh) {
  const bin = join(folder, 'bin');
  unpackOnce(folder, suite, refresh, ['nix-bin'], () => writeWrappers(join(folder, 'root'), bin));
  return bin;
}

/** Unpacks once; gives a bash: of an older suite it finds this system's libraries, of a newer one it needs none. */
export function unpackBash(folder, suite, refresh) {
  const name = suite === 'bullseye' ? 'bash' : 'bash-static';
  unpackOnce(folder, suite, refresh, [name], () => undefined);
  return ['usr/bin', 'bin'].map((bin) => join(folder, 'root', bin, name)).find((file) => existsSync(file));
}

/** Packages with what they need, below `root`. */
function unpackOnce(folder, suite, refresh, wanted, finish) {
  const ready = join(folder, 'ready');
  if (existsSync(ready) && !refresh) return;
  rmSync(folder, { recursive: true, force: true });
  for (const part of ['state/lists/partial', 'cache/archives/partial', 'debs', 'root', 'bin']) {
    mkdirSync(join(folder, part), { recursive: true });
  }
  const source = findDebianSource();
  writeFileSync(
    join(folder, 'sources.list'),
    `deb [signed-by=${source.keyring}] ${source.uri} ${suite} main\n`,
  );
  const options = aptOptions(folder);
  run('apt-get', [...options, 'update']);
  const plan = run('apt-get', [...options, '--simulate', '--no-install-recommends', 'install', ...wanted]);
  const packages = plan.split('\n').flatMap((line) => (line.startsWith('Inst ') ? [line.split(' ')[1]] : []));
  run('apt-get', [...options, 'download', ...packages], join(folder, 'debs'));
  for (const file of readdirSync(join(folder, 'debs'))) {
    run('dpkg', ['-x', join(folder, 'debs', file), join(folder, 'root')]);
  }
  finish();
  rmSync(join(folder, 'debs'), { recursive: true });
  writeFileSync(ready, '');
}

/** All of apt's state in our folder, so that the system's is neither read nor changed. */
function aptOptions(folder) {
  return Object.entries({
    'Dir::Etc::sourcelist': join(folder, 'sources.list'),
    'Dir::Etc::sourceparts': '-',
    'Dir::Etc::preferences': '-',
    'Dir::Etc::preferencesparts': '-',
    'Dir::State': join(folder, 'state'),
    'Dir::State::status': '/dev/null',
    'Dir::Cache': join(folder, 'cache'),
    'APT::Sandbox::User': '',
    'Debug::NoLocking': '1',
  }).flatMap(([name, value]) => ['-o', `${name}=${value}`]);
}

/** The Debian mirror that this machine uses already. */
function findDebianSource() {
  const keyring = '/usr/share/keyrings/debian-archive-keyring.gpg';
  const files = ['/etc/apt/sources.list'];
  if (existsSync('/etc/apt/sources.list.d')) {
    for (const name of readdirSync('/etc/apt/sources.list.d'))
      files.push(join('/etc/apt/sources.list.d', name));
  }
  for (const file of files.filter((name) => existsSync(name))) {
    const uri = /^(?:URIs:|deb\s+(?:\[[^\]]*\]\s+)?)\s*(\S+\/debian\/?)(?:\s|$)/m.exec(
      readFileSync(file, 'utf8'),
    )?.[1];
    if (uri !== undefined && existsSync(keyring)) return { uri, keyring };
  }
  throw new Error(
    'Other suites are unpacked from the Debian mirror in /etc/apt/sources.list; there is none.',
  );
}

function run(program, args, cwd = '/') {
  const { status, stdout, stderr, error } = spawnSync(program, args, {
    cwd,
    encoding: 'utf8',
    maxBuffer: 1 << 26,
  });
  if (error) throw error;
  if (status !== 0) throw new Error(`${program} ${args.at(-1)} failed: ${stderr.trim().slice(-2000)}`);
  return stdout;
}

function writeWrappers(root, bin) {
  const libraries = readdirSync(join(root, 'usr/lib')).filter((name) => name.endsWith('-linux-gnu'));
  const paths = libraries.map((name) => join(root, 'usr/lib', name));
  const loader = ['usr/lib64', 'lib64', 'usr/lib', 'lib', ...libraries.map((name) => `usr/lib/${name}`)]
    .map((name) => join(root, name))
    .filter((folder) => existsSync(folder))
    .flatMap((folder) => readdirSync(folder).map((name) => join(folder, name)))
    .find((file) => /\/ld-linux[^/]*\.so\.\d+$/.test(file) && existsSync(file));
  if (loader === undefined) throw new Error(`There is no dynamic loader below ${root}.`);
  const quote = (text) => `'${text.replaceAll("'", "'\\''")}'`;
  for (const name of readdirSync(join(root, 'usr/bin')).filter((name) => /^nix(-[a-z-]+)?$/.test(name))) {
    const command = [loader, '--argv0', name, '--library-path', paths.join(':'), join(root, 'usr/bin/nix')];
    // Started through the loader it does not know how it was started, and its build hook is itself once more. A setting has no quotes.
    const hook = /\s/.test(bin) ? '' : `${join(bin, 'nix')} __build-remote`;
    const text = `#!/bin/sh\nNIX_CONFIG="$NIX_CONFIG\nbuild-hook = "${quote(hook)}\nexport NIX_CONFIG\nexec ${command.map(quote).join(' ')} "$@"\n`;
    writeFileSync(join(bin, name), text);
    chmodSync(join(bin, name), 0o755);
  }
}
