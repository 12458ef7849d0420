import assert from 'node:assert/strict';
import { appendFileSync } from 'node:fs';
import { debugging } from './debugged';

const phases = `
  buildPhase = ''
    runHook preBuild
    # a comment
    words=(
      one
      two
    )
    for word in "\${words[@]}"; do
      last=$word; count=$((count + 1))
    done
    if [[ -n $last ]]; then
      echo "last is $last"
    fi
    printf '%s\\n' \\
      first \\
      second
    helper one
    runHook postBuild
  '';
  preBuild = ''
    helper() {
      local inside=$1
      echo "helper $inside"
    }
  '';
  checkPhase = "echo checked";
  installPhase = "mkdir -p $out";`.replaceAll('${words', "''${words");

describe('breakpoints', function () {
  this.timeout(60_000);

  it('stop at lines of a phase and of a hook, moved to the statement that they mean', () =>
    debugging(phases, async ({ client, file, line, text }) => {
      await client.launch({ program: file });
      const set = await client.setLines(
        file,
        line('# a comment'),
        line('two'),
        line('done'),
        line('fi', 2),
        line('second'),
        line('local inside'),
        line('echo checked'),
        1,
      );
      const at = (index: number) => [set[index]?.verified, set[index]?.line];
      assert.deepEqual(at(0), [true, line('words=(')]);
      assert.deepEqual(at(1), [true, line('words=(')]);
      assert.deepEqual(at(2), [true, line('if [[')]);
      assert.deepEqual(at(4), [true, line("printf '%s")]);
      assert.deepEqual(at(5), [true, line('local inside')]);
      assert.equal(set[6]!.verified, false);
      assert.match(set[6]!.message ?? '', /checkPhase does not run/);
      assert.equal(set[7]!.verified, false);
      assert.match(set[7]!.message ?? '', /What Nix evaluates .* Debug Evaluation/);
      await client.begin();
      const stops: string[] = [];
      for (let count = 0; count < 4; count++) {
        const { reason } = await client.stop();
        assert.equal(reason, 'breakpoint');
        stops.push(await text());
        await client.resume('continue');
      }
      assert.deepEqual(stops, ['words=(', 'if [[ -n $last ]]; then', "printf '%s\\n' \\", 'local inside=$1']);
      assert.equal(await client.end(), 0);
    }));

  it('obey conditions, hit counts and log messages, and stop once a line', () =>
    debugging(
      `
  buildPhase = ''
    for i in 1 2 3 4 5; do
      a=$i; b=$i; echo $i | cat | cat
      : second
      : third
    done
  '';
  installPhase = "mkdir $out";`,
      async ({ client, file, line }) => {
        await client.launch({ program: file });
        await client.setLines(
          file,
          { line: line('a=$i'), condition: '$i -ge 4' },
          { line: line(': second'), hitCondition: '5' },
          { line: line(': third'), logMessage: 'i is {i}, $ is {$i$i}' },
        );
        await client.begin();
        const stops: string[] = [];
        for (let count = 0; count < 3; count++) {
          await client.stop();
          const [frame] = await client.frames();
          stops.push(
            `${frame?.line === line('a=$i') ? 'a' : 'second'} ${await client.evaluate('i', 'watch')}`,
          );
          await client.resume('continue');
        }
        assert.deepEqual(stops, ['a 4', 'a 5', 'second 5']);
        assert.equal(await client.end(), 0);
        assert.match(client.output('console'), /i is 1, \$ is 11\ni is 2, \$ is 22\n/);
      },
    ));

  it("stop in stdenv's setup, in functions by name, and in phases by name", () =>
    debugging(
      `
  mine = ''
    :
  '';
  preConfigure = ''
    target() { echo in target; }
  '';
  installPhase = ''
    runHook preInstall
    mkdir -p $out
    target
  '';`,
      async ({ client, file, line, text }) => {
        await client.launch({ program: file });
        const [phase] = await client.setFunctions('installPhase', 'buildPhase');
        assert.equal(phase?.verified, true);
        await client.begin();
        const build = await client.stop();
        assert.equal(build.reason, 'function breakpoint');
        const [frame] = await client.frames();
        assert.equal(frame?.name, 'buildPhase');
        const setup = frame.source?.path ?? '';
        assert.match(setup, /\/setup$/);
        const [set] = await client.setLines(setup, frame.line + 1);
        assert.ok(set?.verified);
        await client.setFunctions('installPhase', 'runHook');
        await client.resume('continue');
        assert.equal((await client.stop()).reason, 'breakpoint');
        assert.equal((await client.frames())[0]?.line, set.line);
        await client.setLines(setup);
        await client.resume('continue');
        assert.equal((await client.stop()).reason, 'function breakpoint');
        assert.equal((await client.frames())[0]?.name, 'runHook');
        await client.setFunctions('installPhase');
        await client.resume('continue');
        assert.equal((await client.stop()).reason, 'function breakpoint');
        assert.equal(await text(), 'runHook preInstall');
        const [defined] = await client.setFunctions('target');
        assert.equal(defined?.line, line('target() {'));
        await client.resume('continue');
        assert.equal((await client.stop()).reason, 'function breakpoint');
        assert.equal((await client.frames())[0]?.name, 'target');
        await client.setFunctions();
        await client.resume('continue');
        assert.equal(await client.end(), 0);
      },
    ));

  it('by name stop at the first command that runs, each time, and at none where there is none', () =>
    debugging(
      `
  buildPhase = ''
    helper() {
      : in the helper
    }
    runHook preBuild
    helper
    runHook preBuild
  '';
  preBuild = "# nothing to do";
  preInstall = ''
    : hooked $?
  '';
  installPhase = ''
    runHook preInstall
    (exit 3) || runHook preInstall
    mkdir $out
  '';`,
      async ({ client, file, text }) => {
        await client.launch({ program: file });
        await client.setFunctions('buildPhase', 'preBuild', 'preInstall');
        await client.begin();
        const stops: string[] = [];
        for (let count = 0; count < 3; count++) {
          assert.equal((await client.stop()).reason, 'function breakpoint');
          stops.push(await text());
          await client.resume('continue');
        }
        assert.deepEqual(stops, ['runHook preBuild', ': hooked $?', ': hooked $?']);
        assert.equal(await client.end(), 0);
      },
    ));

  it('stop at each of many lines, far apart and close together', () =>
    debugging(
      `  buildPhase = ''\n${Array.from({ length: 120 }, (_, at) => `    : command ${at}`).join('\n')}\n  '';
  installPhase = "mkdir $out";`,
      async ({ client, file, line, text }) => {
        await client.launch({ program: file });
        for (const chosen of [[5], [7, 8], [10, 11, 19, 47], [50, 61, 72, 83, 94, 105, 119]]) {
          await client.setLines(file, ...chosen.map((at) => line(`: command ${at}`)));
          if (chosen[0] === 5) await client.begin();
          else await client.resume('continue');
          for (const at of chosen) {
            assert.equal((await client.stop()).reason, 'breakpoint');
            assert.equal(await text(), `: command ${at}`);
            if (at !== chosen.at(-1)) await client.resume('continue');
          }
        }
        await client.resume('continue');
        assert.equal(await client.end(), 0);
      },
    ));

  it('can be set while a phase runs, and say so when the file has changed', () =>
    debugging(
      `
  buildPhase = ''
    until [[ -e ready ]]; do
      sleep 0.05
      : here
    done
  '';
  installPhase = "mkdir $out";`,
      async ({ client, file, line, text }) => {
        await client.launch({ program: file, from: 'buildPhase' });
        await client.begin();
        while (!client.output().includes('buildPhase')) await client.next('output');
        const [set] = await client.setLines(file, line(': here'));
        assert.equal(set?.verified, true);
        assert.equal((await client.stop()).reason, 'breakpoint');
        assert.equal(await text(), ': here');
        await client.evaluate('touch ready');
        appendFileSync(file, '\n');
        const [late] = await client.setLines(file, line(': here'));
        assert.match(late?.message ?? '', /changed since debugging began/);
        await client.resume('continue');
        assert.equal(await client.end(), 0);
      },
    ));
});
