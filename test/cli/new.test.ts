import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { phasewise, repository } from '../support/commandLine';
import { nixEnvironment } from '../support/nixEnvironment';
import { makeWorkspace, type Workspace } from './workspace';

const packages = join(repository, 'examples/pkgs');
const license = 'Permission is hereby granted, free of charge, to any person obtaining a copy\n';

describe('phasewise new', function () {
  this.timeout(120_000);
  let workspace: Workspace;
  beforeEach(() => (workspace = makeWorkspace()));
  afterEach(() => workspace.dispose());

  const create = (...args: readonly string[]) =>
    phasewise(['new', ...args], { env: workspace.env, cwd: workspace.folder });

  /** A source that plain make, or a `configure` before it, builds. */
  const writeSource = (folder: string, hasConfigure: boolean): void => {
    workspace.write(`${folder}/LICENSE`, license);
    workspace.write(`${folder}/greet.in`, `#!/bin/sh\necho ${folder} ${process.pid}\n`);
    const rules =
      'all:\n\tcp greet.in greet\ninstall:\n\tmkdir -p $(PREFIX)/bin\n\tcp greet $(PREFIX)/bin/greet\n';
    if (!hasConfigure) workspace.write(`${folder}/Makefile`, `PREFIX ?= /usr/local\n${rules}`);
    else {
      workspace.write(`${folder}/Makefile.in`, rules);
      const configure = workspace.write(
        `${folder}/configure`,
        "#!/bin/sh\nPACKAGE_URL='https://greet.example'\n{ echo PREFIX = ${1#--prefix=}; cat Makefile.in; } > Makefile\n",
      );
      execFileSync('chmod', ['+x', configure]);
    }
  };

  const build = (file: string): string => {
    const expression = `let pkgs = import ${packages} { }; in pkgs.callPackage ${file} { }`;
    const args = ['--no-out-link', '-E', expression];
    return execFileSync('nix-build', args, { env: nixEnvironment(), encoding: 'utf8', stdio: 'pipe' }).trim();
  };

  for (const hasConfigure of [false, true])
    it(`writes a package of an archive that ${hasConfigure ? 'a configure script' : 'make'} builds, with its hash`, async () => {
      writeSource('greet-1.2', hasConfigure);
      const archive = join(workspace.folder, 'greet-1.2.tar.gz');
      execFileSync('tar', ['-C', workspace.folder, '-czf', archive, 'greet-1.2']);
      const made = await create(`file://${archive}`, '-o', 'pkgs/greet.nix');
      equal(made.code, 0, made.stderr);
      match(made.stderr, /pkgs\/greet\.nix: greet 1\.2, built by (?:make|autotools)/);
      const file = join(workspace.folder, 'pkgs/greet.nix');
      const text = readFileSync(file, 'utf8');
      const digest = createHash('sha256').update(readFileSync(archive)).digest('base64');
      ok(text.includes(`hash = "sha256-${digest}";`), text);
      ok(text.includes('greet-${finalAttrs.version}.tar.gz"'), text);
      match(readFileSync(join(build(file), 'bin/greet'), 'utf8'), /echo greet-1\.2/);
      const again = await create(archive, '-o', 'pkgs/greet.nix');
      equal(again.code, 2);
      match(again.stderr, /is there already/);
      const printed = await create('greet-1.2.tar.gz', '--json');
      const json = JSON.parse(printed.stdout) as { text: string; file: null };
      deepEqual([json.text, json.file], [text, null]);
    });

  it('writes a package of a folder, by its path from where it is written', async () => {
    writeSource('my greet-0.3', false);
    const made = await create('my greet-0.3', '-o', 'nix/package.nix');
    equal(made.code, 0, made.stderr);
    const file = join(workspace.folder, 'nix/package.nix');
    match(readFileSync(file, 'utf8'), /src = \.\/\. \+ "\/\.\.\/my greet-0\.3";/);
    writeSource('plain-0.4', false);
    equal((await create('plain-0.4', '-o', 'plain.nix')).code, 0);
    const plain = join(workspace.folder, 'plain.nix');
    match(readFileSync(plain, 'utf8'), /src = \.\/plain-0\.4;/);
    ok(existsSync(join(build(plain), 'bin/greet')));
  });

  it('writes a package of the latest version of a repository, which git is asked for', async () => {
    writeSource('greet', false);
    const git = (...args: readonly string[]) =>
      execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b.c', ...args], {
        cwd: join(workspace.folder, 'greet'),
        stdio: 'pipe',
      });
    git('init', '--quiet');
    git('add', '.');
    git('commit', '--quiet', '-m', 'first');
    git('tag', 'v1.9');
    workspace.write('greet/greet.in', '#!/bin/sh\necho newest\n');
    git('commit', '--quiet', '-am', 'second');
    for (const tag of ['v1.10', 'v2.0-rc1', 'nightly']) git('tag', tag);
    git('clone', '--quiet', '--bare', '.', '../greet.git');
    const url = `file://${join(workspace.folder, 'greet.git')}`;
    const made = await create(url, '-o', 'greet.nix');
    equal(made.code, 0, made.stderr);
    const text = readFileSync(join(workspace.folder, 'greet.nix'), 'utf8');
    ok(text.includes('version = "1.10";') && text.includes('tag = "v${finalAttrs.version}";'), text);
    // What nixpkgs' fetchgit gives: the tree of the tag without `.git`.
    git('checkout', '--quiet', 'v1.10');
    rmSync(join(workspace.folder, 'greet/.git'), { recursive: true });
    const hash = execFileSync('nix-hash', ['--type', 'sha256', join(workspace.folder, 'greet')], {
      encoding: 'utf8',
    });
    ok(text.includes(Buffer.from(hash.trim(), 'hex').toString('base64')), text);

    execFileSync('git', ['init', '--quiet', '--bare', join(workspace.folder, 'empty.git')]);
    const none = await create(`file://${join(workspace.folder, 'empty.git')}`);
    equal(none.code, 2);
    match(none.stderr, /No tag of .* is a version/);
  });

  it('says why there is none', async () => {
    const missing = await create(`file://${workspace.folder}/missing-1.tar.gz`);
    equal(missing.code, 1);
    match(missing.stderr, /missing-1\.tar\.gz could not be fetched: /);
    workspace.write('broken-1.tar.gz', 'no archive');
    const broken = await create('broken-1.tar.gz');
    equal(broken.code, 1);
    match(broken.stderr, /could not be fetched: /);
    equal((await create('nowhere')).code, 2);
    const untagged = await create('https://github.com/someone/thing/issues');
    equal(untagged.code, 2);
    match(untagged.stderr, /Give the page of a tag/);
  });
});
