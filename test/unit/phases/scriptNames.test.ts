import assert from 'node:assert/strict';
import { scriptNames } from '../../../server/src/phases/scriptNames';

describe('what the scripts of a stdenv name', () => {
  const setup = `
    # \${dontSpeak-} in a comment
    buildPhase() {
        local flagsArray=( \${enableIt:+-j} )
        local ownName=1
        concatTo flagsArray makeFlags
        : \${wantedDir:=build}
        if [ -z "\${dontWant-}" ]; then echo "\${ownName-}\${words[*]:-a}\${wordList[@]-}"; fi
        for eachOne in a; do echo "\${eachOne:-}"; done
        countedUp+=1; echo "\${countedUp-}" "\${PATH-}"
    }`;
  const hook = 'if [ -z "${dontUseHook-}" ] && [ -z "${ownPhase-}" ]; then ownPhase=f; fi';

  it('are all their words, and what they read with a default and do not bind themselves', () => {
    const { named, optional } = scriptNames([setup, hook]);
    assert.ok(named?.has('makeFlags') === true && named.has('dontUseHook') && !named.has('dontSpeak'));
    assert.deepEqual([...optional].sort(), ['dontUseHook', 'dontWant', 'enableIt', 'wordList']);
  });

  it('are unknown where not all scripts are known', () =>
    assert.deepEqual(scriptNames(null), { named: null, optional: [] }));
});
