/** Saves and restores the hostile tree, what its owner may not read too; fails where something came back otherwise. For tests as another user. */
import assert from 'node:assert/strict';
import { hostileTree, never, SnapshotBed } from '../unit/phases/snapshots/snapshotSupport';

async function saveAndRestore(bed: SnapshotBed): Promise<void> {
  bed.sh(hostileTree);
  const modes = () => bed.sh(`stat -c '%a %n' hidden closed sealed`);
  const before = modes();
  const snapshots = bed.open();
  assert.ok((await snapshots.save(0, never)).ok);
  assert.equal(modes(), before);
  const seen = () => {
    bed.sh('chmod 700 hidden; chmod 600 closed');
    const look = bed.look();
    bed.sh('chmod 000 hidden closed');
    return look;
  };
  const whole = seen();
  bed.sh('chmod 755 sealed hidden; rm -rf sealed/in hidden a; echo x > b');
  assert.ok((await snapshots.restore(0, never)).ok);
  assert.equal(modes(), before);
  assert.equal(seen(), whole);
  // A folder without write permission loses and gets names.
  bed.sh('chmod 755 sealed; rm sealed/in; touch sealed/other; chmod 555 sealed; mkdir -p a/n/m; chmod 0 a/n');
  assert.ok((await snapshots.restore(0, never)).ok);
  assert.equal(seen(), whole);
}

async function main(): Promise<void> {
  assert.notEqual(process.geteuid?.(), 0);
  const bed = new SnapshotBed();
  try {
    await saveAndRestore(bed);
  } finally {
    bed.remove();
  }
  process.stdout.write('all came back\n');
}

void main();
