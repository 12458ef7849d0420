import assert from 'node:assert/strict';
import {
  settingsOfEvaluation,
  WorkspaceState,
  type Touched,
} from '../../../server/src/features/workspaceState';
import { defaultSettings, type Settings } from '../../../server/src/protocol/settings';

const enabled = (enable: boolean): Settings => ({
  ...defaultSettings,
  evaluation: { ...defaultSettings.evaluation, enable },
});
const files = ['/a/x.nix', '/ab/x.nix', '/elsewhere/x.nix'];

/** A state with two folders, and which of the files each change touched. */
function begun(): { readonly state: WorkspaceState; readonly touched: (readonly string[])[] } {
  const state = new WorkspaceState();
  const folders = new Map([['/a', enabled(false)]]);
  state.begin(true, { workspace: defaultSettings, folders }, ['/a', '/ab']);
  const touched: (readonly string[])[] = [];
  state.changed.add((holds: Touched) => touched.push(files.filter((file) => holds(file))));
  return { state, touched };
}

describe('What the user chose', () => {
  it('holds in a folder that has settings of its own, and elsewhere as the workspace has it', () => {
    const { state } = begun();
    assert.deepEqual(
      files.map((file) => state.evaluates(file)),
      [false, true, true],
    );
    assert.equal(state.settingsOf(null).evaluation.enable, true);
  });

  it('touches the files of a folder alone when its settings change, and none when they stay', () => {
    const { state, touched } = begun();
    const workspace = defaultSettings;
    state.setSettings({ workspace, folders: new Map([['/a', enabled(true)]]) });
    state.setSettings({ workspace, folders: new Map([['/a', enabled(true)]]) });
    state.setSettings({ workspace: enabled(false), folders: new Map([['/a', enabled(true)]]) });
    assert.deepEqual(touched, [['/a/x.nix'], ['/ab/x.nix', '/elsewhere/x.nix']]);
  });

  it('touches by a setting only those who ask about its section', () => {
    const { state } = begun();
    const touches: boolean[] = [];
    state.changed.add((holds: Touched) =>
      touches.push(
        holds('/ab/x.nix'),
        holds('/ab/x.nix', ['builds']),
        holds('/ab/x.nix', settingsOfEvaluation),
      ),
    );
    const workspace = { ...defaultSettings, builds: { ...defaultSettings.builds, problems: false } };
    state.setSettings({ workspace, folders: new Map() });
    assert.deepEqual(touches, [true, true, false]);
  });

  it('touches the files of folders that come and go, and all when trust changes', () => {
    const { state, touched } = begun();
    state.setFolders(['/a', '/ab', '/elsewhere']);
    state.setFolders(['/ab', '/elsewhere']);
    assert.equal(state.evaluates('/a/x.nix'), true);
    state.setTrusted(false);
    assert.deepEqual(touched, [['/elsewhere/x.nix'], ['/a/x.nix'], files]);
  });
});
