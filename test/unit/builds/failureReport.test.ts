import assert from 'node:assert/strict';
import { failureReport } from '../../../server/src/builds/failureReport';
import { withoutSecrets } from '../../../server/src/builds/withoutSecrets';
import type { Failure } from '../../../server/src/protocol/model';

const privacy = { home: '/home/ada', user: 'ada', host: 'analytical' };
const strip = (text: string) => withoutSecrets(text, privacy);
// Made here, so that no scanner takes this file for a leak.
const secret = (prefix: string, length = 36) => `${prefix}${'aB3'.repeat(length).slice(0, length)}`;

describe('a text for strangers', () => {
  it('holds no credentials, however they are written', () => {
    const value = 'hunter2-very/secret';
    const jwt = ['eyJhbGciOiJIUzI1', 'eyJzdWIiOiIxMjM0', 'SflKxwRJSM'].join('.');
    for (const text of [
      `fatal: could not read https://ada:${value.replace('/', '')}@git.example.org/x.git`,
      `curl https://${secret('ghp_')}@github.com/x/y`,
      `curl https://cache.example.org/nar?token=${value}&x=1`,
      `GITHUB_TOKEN=${value} make`,
      `export AWS_SECRET_ACCESS_KEY="${value}"`,
      `"npm_auth_token": "${value}"`,
      `password: ${value}`,
      `Authorization: Bearer ${secret('')}`,
      `access-tokens = github.com=${secret('ghp_')} gitlab.com=PAT:${secret('glpat-')}`,
      `login --password '${value}'`,
      `deploy --token ${value}`,
      `machine cache.example.org login ada password ${value}`,
      `got ${secret('github_pat_')}`,
      `got ${secret('xoxb-')}`,
      `got ${secret('AKIA', 16).toUpperCase()}`,
      `got ${jwt}`,
      `-----BEGIN OPENSSH PRIVATE KEY-----\n${secret('')}\n-----END OPENSSH PRIVATE KEY-----`,
      `-----BEGIN RSA PRIVATE KEY-----\n${secret('')}`,
    ]) {
      const shown = strip(text);
      assert.match(shown, /‹hidden›/, text);
      assert.ok(!/hunter2|aB3aB3aB3|AB3AB3|SflKxw/.test(shown), shown);
    }
  });

  it('names neither users nor their folders', () => {
    assert.equal(strip('/home/ada/src/x.c:3: cannot open /home/ada'), '~/src/x.c:3: cannot open ~');
    assert.equal(strip('/Users/grace/x and /home/grace/y'), '/Users/‹user›/x and /home/‹user›/y');
    assert.equal(
      strip('ada@analytical: write to ada.lovelace@example.org'),
      '‹user›@‹host›: write to ‹hidden›',
    );
    assert.equal(strip('adapter and canada'), 'adapter and canada');
    assert.equal(withoutSecrets('root of /root/x', { home: '/root', user: 'root', host: '' }), 'root of ~/x');
  });

  it('keeps what a helper needs', () => {
    for (const text of [
      '/nix/store/hp7x65swkx62gqds8gmqsr8wgslbai1j-hello-1.0/bin/hello: not found',
      'main.c:3:10: fatal error: token.h: No such file or directory',
      'specified: sha256-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=',
      'make: *** [Makefile:7: author] Error 2',
      'https://example.org/a@b/c',
      'tokenizer.c: parse(tokens)',
    ])
      assert.equal(strip(text), text);
  });
});

describe('a failure report', () => {
  const failure: Failure = {
    ...{ drvPath: '/nix/store/hp7x65swkx62gqds8gmqsr8wgslbai1j-hello-1.0.drv', phase: 'buildPhase' },
    ...{ file: '/home/ada/hello/default.nix', exact: true, command: 'make `x`\n  all', exitCode: 2 },
    range: { start: { line: 6, character: 0 }, end: { line: 6, character: 4 } },
    ...{ message: 'hello-1.0 failed in buildPhase.', explanation: 'There is no make. Add it.', edits: [] },
    tail: ['```', 'TOKEN=abcdefgh make', 'make: not found'],
  };
  const reported = {
    name: 'hello-1.0',
    system: 'x86_64-linux',
    drvPath: null,
    nixVersion: '2.34.8',
    version: '0.1.0',
  };

  it('is Markdown with all that is known, and nothing private', () => {
    assert.equal(
      failureReport({ ...reported, failure }, privacy),
      `### hello-1.0 failed in buildPhase

- Derivation: \`hello-1.0\`
- Store derivation: \`/nix/store/hp7x65swkx62gqds8gmqsr8wgslbai1j-hello-1.0.drv\`
- System: x86_64-linux
- Nix: 2.34.8
- Phase: \`buildPhase\`
- Command: \`\` make \`x\` all \`\`
- Exit code: 2
- At: \`~/hello/default.nix:7\`
- Reported by: Phasewise 0.1.0

hello-1.0 failed in buildPhase.

There is no make. Add it.

Last lines of the log:

\`\`\`\`text
\`\`\`
TOKEN=‹hidden› make
make: not found
\`\`\`\`
`,
    );
  });

  it('leaves out what is not known', () => {
    const bare = {
      ...failure,
      phase: null,
      command: null,
      exitCode: null,
      file: null,
      drvPath: null,
      tail: [],
      explanation: null,
    };
    const text = failureReport({ ...reported, system: null, nixVersion: null, failure: bare }, privacy);
    assert.equal(
      text,
      '### hello-1.0 failed\n\n- Derivation: `hello-1.0`\n- Reported by: Phasewise 0.1.0\n\nhello-1.0 failed in buildPhase.\n',
    );
  });
});
