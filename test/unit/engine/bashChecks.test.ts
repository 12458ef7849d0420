/** The real shellcheck over the bash of Nix texts. */
import assert from 'node:assert/strict';
import { BashChecks, type BashCheckWish } from '../../../server/src/engine/bashChecks';
import { createProcessRunner, type ProcessRunner } from '../../../server/src/nix/process';
import { findUserProgram } from '../../../server/src/nix/userPrograms';
import { parsed } from '../../support/syntax';

const path = process.env['PATH'] ?? '';
const wish: BashCheckWish = { program: '', folder: '/', severities: {} };
const never = new AbortController().signal;

const package_ = (install: string) => `{ stdenv, fetchurl, zlib }:
stdenv.mkDerivation {
  name = "a-1";
  src = fetchurl { url = "u"; hash = "h"; };
  outputs = [ "out" "more" ];
  configureFlags = [ "--a" ];
  level = 3;
  installPhase = ''
    ${install}
  '';
  postFixup = ''
    cd $more
    local each
    for each in \${toString [ 1 2 ]}; do echo "$each"; done
    ./configure $configureFlags -j$NIX_BUILD_CORES "$level" > $out/log $src
    [ "\${zlib}" = "" ] || echo '$out'
  '';
}
`;

describe('the real shellcheck', () => {
  let checks: BashChecks;
  let runs: number;

  before(() => {
    const found = findUserProgram('', ['shellcheck'], { PATH: path });
    assert.ok(
      found !== null,
      'shellcheck is not on PATH, and could not be installed: install the package `shellcheck` and try again',
    );
  });
  beforeEach(() => {
    runs = 0;
    const real = createProcessRunner();
    const runner: ProcessRunner = {
      run: (...args) => {
        runs++;
        return real.run(...args);
      },
    };
    checks = new BashChecks(runner, { PATH: path }, (signal, doIt) => doIt(signal));
  });

  async function said(text: string, more: Partial<BashCheckWish> = {}, anew = false): Promise<string[]> {
    const answer = await checks.check(await parsed(text), { ...wish, ...more }, anew, never);
    assert.ok(answer !== null);
    if (!answer.ok) return [answer.error.code];
    return answer.value.map(({ code, span }) => `${code} ${text.slice(span.start, span.end)}`);
  }

  it('knows what stdenv and the derivation give a phase', async () => {
    assert.deepEqual(await said(package_('cp -r $file $out')), ['SC2086 $file']);
  });

  it('knows that a script has none of it', async () => {
    const text = 'writeShellScript "a" "cd $out; echo \\"$x\\""';
    assert.deepEqual(await said(text), ['SC2164 cd $out', 'SC2154 $out', 'SC2086 $out', 'SC2154 $x']);
  });

  it('offers its fix, as the string has to have it', async () => {
    const text = 'runCommand "a" { } "cp \\"\\" ${x} $y"';
    const answer = await checks.check(await parsed(text), wish, false, never);
    const [fix] = answer?.ok === true ? (answer.value[0]?.fixes ?? []) : [];
    assert.equal(fix?.title, 'Fix SC2086: Double quote to prevent globbing and word splitting.');
    const after = [...fix.edits]
      .reverse()
      .reduce((so, { start, end, newText }) => so.slice(0, start) + newText + so.slice(end), text);
    assert.equal(after, 'runCommand "a" { } "cp \\"\\" ${x} \\"$y\\""');
  });

  it('is asked only about what changed, or about all when something else may have', async () => {
    await said(package_('cp a $out'));
    assert.equal(runs, 2);
    await said(package_('cp b $out'));
    assert.equal(runs, 3);
    const again = await parsed(`# moved\n${package_('cp -r $file $out')}`);
    assert.deepEqual(checks.known(again, wish), []);
    await said(package_('cp -r $file $out'));
    assert.equal(checks.known(again, wish).length, 1);
    assert.equal(runs, 4);
    await said(package_('cp -r $file $out'), {}, true);
    assert.equal(runs, 6);
  });

  it('says nothing of text that does not parse, and has the severities of the user', async () => {
    assert.deepEqual(await said(package_('if true; then cp $file $out')), []);
    assert.deepEqual(await said(`${package_('cp $file $out')} }`), []);
    assert.deepEqual(await said(package_('cp $file $out'), { severities: { SC2086: 'off' } }), []);
  });

  it('that is not there, or is something else, is a problem', async () => {
    assert.deepEqual(await said(package_('a b'), { program: 'no-such-shellcheck' }), ['no-shellcheck']);
    assert.deepEqual(await said(package_('a b'), { program: 'true' }), ['shellcheck-failed']);
  });
});
