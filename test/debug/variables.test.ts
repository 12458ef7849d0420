import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { debugging } from './debugged';

const attributes = `
  outputs = [ "out" "doc" ];
  makeFlags = [ "A=1" "B=2" ];
  buildPhase = ''
    words=(one "two words" three)
    declare -A table=([key]=value [a]=b)
    export shown=exported
    readonly fixed=1
    big=$(printf '%0.sx' {1..100000})
    many=({1..1000})
    reference=shown
    helper() {
      local inside=$1
      : here
    }
    helper argument second
    echo "words are $words ''\${words[1]} ''\${table[key]} $shown"
  '';
  installPhase = "mkdir $out $doc";`;

describe('variables of a stopped shell', function () {
  this.timeout(60_000);

  it('are shown in scopes, paged, set, and evaluated without a side effect', () =>
    debugging(attributes, async ({ client, file, line, folder }) => {
      await client.launch({ program: file });
      await client.setLines(file, line(': here'));
      await client.begin();
      await client.stop();
      const of = async (name: string) => {
        const { variablesReference } = await client.scope(name);
        return { variablesReference, all: await client.variables(variablesReference) };
      };
      const locals = await of('Locals');
      assert.deepEqual(
        locals.all.map(({ name, value }) => `${name}=${value}`),
        ['inside=argument'],
      );
      assert.ok(
        (await of('Phase flags')).all.some(
          ({ name, value }) => name === 'makeFlags' && value.includes('A=1'),
        ),
      );
      assert.deepEqual((await of('Outputs')).all.map(({ name }) => name).sort(), ['doc', 'out', 'outputs']);
      assert.ok(
        (await of('Environment')).all.some(
          ({ name, type }) => name === 'shown' && type?.includes('exported'),
        ),
      );
      const special = (await of('Special')).all.map(({ name, value }) => `${name}=${value}`);
      for (const one of ['$?=0', '$#=2', '$1=argument', '$2=second']) assert.ok(special.includes(one), one);
      const version = execFileSync(process.env['PHASEWISE_TEST_BASH'] ?? 'bash', [
        '-c',
        'echo "$BASH_VERSION"',
      ]);
      assert.ok(special.includes(`BASH_VERSION=${version.toString().trim()}`), special.join('\n'));
      const arrays = await of('Arrays');
      const many = arrays.all.find(({ name }) => name === 'many');
      assert.equal(many?.indexedVariables, 1000);
      const page = await client.variables(many.variablesReference, {
        filter: 'indexed',
        start: 500,
        count: 2,
      });
      assert.deepEqual(
        page.map(({ name, value }) => `${name}=${value}`),
        ['500=501', '501=502'],
      );
      const table = arrays.all.find(({ name }) => name === 'table');
      assert.equal(table?.namedVariables, 2);
      const shell = await of('Shell');
      const big = shell.all.find(({ name }) => name === 'big');
      assert.ok(big !== undefined && big.value.length < 2000);
      assert.equal((await client.evaluate('big', 'clipboard')).length, 100_000);

      const set = (variablesReference: number, name: string, value: string) =>
        client.ask('setVariable', { variablesReference, name, value });
      const odd = `it's "$x" \`id\` \\ é`;
      const changed = (await set(locals.variablesReference, 'inside', odd)).body as {
        readonly value: string;
      };
      assert.equal(changed.value, odd);
      assert.equal(await client.evaluate('$inside', 'watch'), odd);
      const words = arrays.all.find(({ name }) => name === 'words');
      assert.equal((await set(words?.variablesReference ?? 0, '1', 'changed')).success, true);
      assert.equal((await set(table.variablesReference, 'key', 'new')).success, true);
      const refused = await set(shell.variablesReference, 'fixed', '2');
      assert.equal(refused.success, false);
      assert.match(refused.message ?? '', /readonly/);

      assert.equal(await client.evaluate('inside', 'hover'), odd);
      assert.equal(
        await client.evaluate('"${words[1]}-${#words[@]}-${nosuch:-none}-${!reference}"', 'watch'),
        'changed-3-none-exported',
      );
      const trace = join(folder, 'trace');
      const refuse = async (word: string, context = 'hover'): Promise<void> => {
        const [frame] = await client.frames();
        const answer = await client.ask('evaluate', { expression: word, context, frameId: frame?.id });
        assert.equal(answer.success, false, `${word} gave ${JSON.stringify(answer.body)}`);
      };
      await refuse('nosuch');
      for (const word of [
        `$(touch ${trace})`,
        `\`touch ${trace}\``,
        `<(touch ${trace})`,
        '${shown:=changed}',
        '${nosuch=changed}',
        '${words[shown=5]}',
        '${shown@P}',
        'a" ; touch x ; "',
        '${unclosed',
      ]) {
        await refuse(word);
        await refuse(word, 'watch');
      }
      // What a variable holds cannot do anything either.
      await client.evaluate(`trick='words[$(touch ${trace})]'`);
      const [frame] = await client.frames();
      await client.ask('evaluate', { expression: '${!trick}', context: 'hover', frameId: frame?.id });
      await client.ask('evaluate', { expression: '${words[trick]}', context: 'hover', frameId: frame?.id });
      assert.equal(existsSync(trace), false);
      await client.resume('continue');
      assert.equal(await client.end(), 0);
      assert.match(client.output('stdout'), /words are one changed new exported/);
    }));

  it('can be changed from the console, whose commands hurt nothing', () =>
    debugging(
      `
  buildPhase = ''
    x=1
    set -u
    : here
    echo "x is $x, options are $-, status $?"
  '';
  installPhase = "mkdir $out";`,
      async ({ client, file, line }) => {
        await client.launch({ program: file });
        await client.setLines(file, line(': here'));
        await client.begin();
        await client.stop();
        assert.equal(await client.evaluate('x=2; echo "$x" | tr 2 3'), '3');
        assert.equal(await client.evaluate('f() { echo "in f"; return 4; }; f'), 'in f\n(exit code 4)');
        assert.match(
          await client.evaluate('false; echo $nosuch; cd /nosuch'),
          /No such file[^]*\(exit code 1\)/,
        );
        assert.match(await client.evaluate('exit 3'), /would end the phase/);
        assert.match(await client.evaluate('if true'), /bash: syntax error/);
        assert.match(await client.evaluate('echo "$(echo nested)"; (exit 7)'), /nested\n\(exit code 7\)/);
        const [frame] = await client.frames();
        await client.evaluate('readonly constant=1');
        for (const fatal of [
          'constant=2',
          ': ${nosuch:?is missing}',
          'echo $((1/0))',
          'echo ${bad substitution}',
        ]) {
          const args = { expression: fatal, context: 'repl', frameId: frame?.id };
          const answer = await client.ask('evaluate', args);
          assert.match(answer.message ?? '', /would end the phase/, fatal);
        }
        const complete = async (text: string) => {
          const frameId = (await client.frames())[0]?.id;
          const args = { frameId, text, column: text.length + 1 };
          const { targets } = await client.request<{ targets: { label: string }[] }>('completions', args);
          return targets.map(({ label }) => label);
        };
        assert.deepEqual(await complete('echo $NIX_BUILD_T'), ['NIX_BUILD_TOP']);
        await client.evaluate('unusualFunction() { :; }; : > "unusual file"');
        assert.deepEqual(await complete('x=1; unusual'), ['unusualFunction', 'unusual file']);
        assert.deepEqual(await complete('cat unusual'), ['unusual file']);
        await client.resume('continue');
        assert.equal(await client.end(), 0);
        assert.match(client.output('stdout'), /x is 2, options are \S*e\S*u\S*, status 0/);
      },
    ));
});
