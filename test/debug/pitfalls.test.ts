import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { debugging, type Debugged } from './debugged';
import { phasewise } from '../support/commandLine';

/** What scripts do that a debugger could disturb; each line of the result is compared with an undebugged run. */
const odd = `
  buildPhase = ''
    exec 3> result
    echo first second >&3
    echo "last $_" >&3
    [[ abc =~ b(.) ]]
    : here
    echo "match ''\${BASH_REMATCH[*]}" >&3
    true | true
    echo "pipe ''\${PIPESTATUS[*]}" >&3
    set +e
    ( exit 5 )
    : here
    echo "status $?" >&3
    sh -c 'exit 6'
    echo "status $?" >&3
    set -e
    echo "options $-" | tr -d T >&3
    eval 'echo evaluated
    echo twice' >&3
    echo 'echo "sourced $#"' > script.sh
    source ./script.sh one two >&3
    sleep 0.1 & wait $!
    echo "waited $?" >&3
    coproc { cat; }
    echo through >&''\${COPROC[1]}
    read -r answer <&''\${COPROC[0]}
    echo "coproc $answer" >&3
    kill "$COPROC_PID"; wait "$COPROC_PID" || true
    cat >&3 <<END
    here $answer
    END
    shopt -s expand_aliases
    alias shout='echo aliased'
    shout >&3
    redefined() { echo one; }
    redefined >&3
    redefined() { echo two; }
    redefined >&3
    read -r nothing || echo "no input" >&3
    deep() { if (($1 > 0)); then deep $(($1 - 1)); else : here; echo "depth ''\${#FUNCNAME[@]}" | tr -d '0-9' >&3; fi; }
    deep 300
    trap 'echo "own error trap" >&3' ERR
    false || true
    ( trap - ERR; false ) || true
    trap 'echo "own exit trap"' USR1
    kill -USR1 $BASHPID >&3
    ( trap 'echo "own end $?" >&3' EXIT; : inside; exit 3 ) || echo "ended $?" >&3
    ( exec echo replaced >&3 )
    exec 4< <(printf '%s\\n' line); read -r got <&4; exec 4<&-
    echo "got $got" >&3
    declare -n other=got; other=changed; echo "$got" >&3
    IFS=
    echo "a b" >&3
    IFS=:
    set -- x:y z
    : here
    echo $1 "$#" >&3
    unset IFS
    set -x
    traced=1
    set +x
    trap 'seen=$((seen + 1))' DEBUG
    : own
    trap - DEBUG
    echo "end $traced" >&3
  '';
  installPhase = "cp result $out";`;

async function outputOf({ client, folder }: Debugged): Promise<string> {
  const path = /^out: (.*)$/m.exec(client.output('console'))?.[1] ?? folder;
  return Promise.resolve(readFileSync(path, 'utf8'));
}

describe('a debugged phase', function () {
  this.timeout(120_000);

  it('gives what one gives that is not debugged, whatever it does', () =>
    debugging(odd, async (debugged) => {
      const { client, file, line, folder } = debugged;
      const plain = await phasewise(['run', file, '--all', '--fresh', '--json'], {
        env: { XDG_STATE_HOME: `${folder}/../plain` },
      });
      assert.equal(plain.code, 0, plain.stderr);
      const { outputs } = JSON.parse(plain.stdout) as { outputs: { out: string } };
      const expected = readFileSync(outputs.out, 'utf8');
      await client.launch({ program: file });
      for (let count = 1; count <= 4; count++) line(': here', count);
      await client.setLines(file, ...[1, 2, 4].map((number) => line(': here', number)));
      await client.begin();
      for (let count = 0; count < 3; count++) {
        assert.equal((await client.stop()).reason, 'breakpoint');
        assert.ok((await client.frames()).length > 0);
        await client.evaluate('false; true; echo looked "$@" | cat');
        await client.resume(count === 0 ? 'next' : 'continue');
        if (count > 0) continue;
        await client.stop();
        await client.resume('continue');
      }
      assert.equal(await client.end(), 0);
      assert.equal(await outputOf(debugged), expected);
      assert.match(client.output('stdout'), /^\+\+ traced=1$/m);
      assert.doesNotMatch(client.output('stdout'), /__phasewise|\(\(|\$LINENO/);
      await phasewise(['sessions', 'drop', '--all'], { env: { XDG_STATE_HOME: `${folder}/../plain` } });
    }));

  // With the usual stack bash itself ends between 8 000 and 10 000 frames.
  it('stands in a stack of thousands of frames, whose variables may be large', () =>
    debugging(
      `
  buildPhase = ''
    big=$(head -c 2000000 /dev/zero | tr '\\0' x)
    deep() { if (($1 > 0)); then deep $(($1 - 1)); else
      : bottom
    fi; }
    deep 2000
  '';
  installPhase = "mkdir $out";`,
      async ({ client, file, line }) => {
        await client.launch({ program: file });
        await client.setLines(file, line(': bottom'));
        await client.begin();
        await client.stop();
        const answer = await client.request<{ stackFrames: unknown[]; totalFrames: number }>('stackTrace', {
          threadId: 1,
          startFrame: 0,
          levels: 20,
        });
        assert.equal(answer.stackFrames.length, 20);
        assert.ok(answer.totalFrames > 2000);
        const { variablesReference } = await client.scope('Shell');
        const big = (await client.variables(variablesReference)).find(({ name }) => name === 'big');
        assert.ok(big !== undefined && big.value.length < 2000 && big.value.includes('2000000'));
        await client.resume('continue');
        assert.equal(await client.end(), 0);
      },
    ));

  for (const [trap, words, stops] of [
    ['EXIT', 'own exit 1', 'false'],
    ['ERR', 'own error 1', 'false'],
    ['DEBUG', '', ': later'],
  ] as const) {
    it(`keeps a trap of its own for ${trap}`, () =>
      debugging(
        `
  buildPhase = ''
    trap '${trap === 'DEBUG' ? 'seen=1' : `echo "${words.replace('1', '$?')}"`}' ${trap}
    ${trap === 'DEBUG' ? ': traced' : 'false'}
    runHook preBuild
  '';
  preBuild = ''
    : later
    [[ -n ''\${seen-} ]]
  '';
  installPhase = "mkdir $out";`,
        async ({ client, file, text }) => {
          await client.launch({ program: file });
          await client.setFunctions('buildPhase', 'preBuild');
          await client.begin();
          const { reason } = await client.stop();
          assert.equal(reason, 'function breakpoint');
          await client.resume('continue');
          assert.equal((await client.stop()).reason, trap === 'DEBUG' ? 'function breakpoint' : 'exception');
          // Their own trap has run, and bash does not know any more where.
          if (trap === 'ERR') assert.equal((await client.frames())[0]?.source, undefined);
          else assert.equal(await text(), stops);
          await client.resume('continue');
          assert.equal(await client.end(), trap === 'DEBUG' ? 0 : 1);
          assert.ok(client.output('stdout').includes(words));
        },
      ));
  }

  it('works with structured attributes and a single build command', () =>
    debugging(
      `
  __structuredAttrs = true;
  buildCommand = ''
    echo one
    echo two > $out
  '';`.replace('$out', "''${outputs[out]}"),
      async ({ client, file, line, text }) => {
        await client.launch({ program: file });
        const [set] = await client.setLines(file, line('echo two'));
        assert.equal(set!.verified, true);
        await client.begin();
        await client.stop();
        assert.equal(await text(), "echo two > ''${outputs[out]}");
        await client.resume('continue');
        assert.equal(await client.end(), 0);
      },
    ));

  it('ends with its status when its shell is killed, by itself or while it stands still', () =>
    debugging(
      `
  buildPhase = ''
    : here
    kill -9 $BASHPID
    : never
  '';`,
      async ({ client, file, line, text }) => {
        await client.launch({ program: file });
        await client.setLines(file, line(': here'));
        await client.begin();
        await client.stop();
        await client.evaluate('helper() { echo "redefined $1"; }; export -f helper');
        assert.equal(await client.evaluate('bash -c "helper here"'), 'redefined here');
        await client.resume('phasewise/restartPhase');
        await client.stop();
        assert.equal(await text(), ': here');
        const [frame] = await client.frames();
        const args = { expression: 'kill -9 $BASHPID', context: 'repl', frameId: frame?.id };
        const answer = await client.ask('evaluate', args);
        assert.match(answer.message ?? '', /shell has ended/);
        assert.equal(await client.end(), 137);
      },
    ));
});
