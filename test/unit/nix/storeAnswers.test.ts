import assert from 'node:assert/strict';
import { parseRoot } from '../../../server/src/nix/gcRoots';
import { parsePathInfo } from '../../../server/src/nix/pathInfo';
import { deletionProblem } from '../../../server/src/nix/storeDeletion';

const path = '/nix/store/hp7x65swkx62gqds8gmqsr8wgslbai1j-hello-1.0';
const gone = '/nix/store/1p7x65swkx62gqds8gmqsr8wgslbai1j-hello-1.0';

describe('what Nix says of store paths', () => {
  it('is read in the form of every version', () => {
    const info = { narSize: 656, registrationTime: 1795914594, references: [] };
    const forms = {
      '2.8': [
        { path: gone, valid: false },
        { path, ...info },
      ],
      '2.26': { [gone]: null, [path]: info },
      '2.34': { info: { [gone.slice(11)]: null, [path.slice(11)]: info }, version: 2 },
    };
    for (const [version, form] of Object.entries(forms)) {
      const read = parsePathInfo(JSON.stringify(form), '/nix/store');
      assert.deepEqual([...(read ?? [])], [[path, { registered: 1795914594, bytes: 656 }]], version);
    }
  });

  it('is nothing when it is something else', () => {
    for (const text of ['', 'error: no', '1', 'null', '"x"'])
      assert.equal(parsePathInfo(text, '/nix/store'), null);
    assert.deepEqual([...(parsePathInfo('[1, null, {"path": 3}]', '/nix/store') ?? [])], []);
  });

  it('tells links, profiles, processes and what is not named apart', () => {
    const kinds = (line: string) => {
      const { name, kind, target } = parseRoot(line) ?? assert.fail(line);
      assert.equal(target, path);
      return [name, kind];
    };
    assert.deepEqual(kinds(`/home/é me/a -> b/result -> ${path}`), ['/home/é me/a -> b/result', 'link']);
    assert.deepEqual(kinds(`/nix/var/nix/profiles/per-user/me/profile-3-link -> ${path}`)[1], 'profile');
    assert.deepEqual(kinds(`/run/current-system -> ${path}`)[1], 'profile');
    assert.deepEqual(kinds(`/proc/77/maps -> ${path}`)[1], 'process');
    assert.deepEqual(kinds(`{temp:77} -> ${path}`)[1], 'process');
    assert.deepEqual(kinds(`{lsof} -> ${path}`)[1], 'process');
    assert.deepEqual(kinds(`{censored} -> ${path}`)[1], 'hidden');
    assert.equal(parseRoot(path), null);
    assert.equal(parseRoot(''), null);
  });

  it('comes with what to do when it refuses a deletion', () => {
    const alive = deletionProblem(path, `Cannot delete path '${path}' since it is still alive.`);
    assert.deepEqual([alive.code, alive.message], ['still-alive', `${path} is still in use.`]);
    const daemon = deletionProblem(path, 'you are not allowed to ignore liveness');
    assert.equal(daemon.code, 'deletion-refused');
    assert.match(daemon.advice ?? '', /sudo nix-store --delete --ignore-liveness \/nix\/store\/hp7x/);
    assert.equal(deletionProblem(path, 'disk on fire').code, 'deletion-failed');
  });
});
