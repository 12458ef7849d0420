// Mocha's words for `npm test`: failures in full, one line for a part that is well; the counts go to the file named by
// PHASEWISE_TEST_RESULTS.
'use strict';
const { writeFileSync } = require('node:fs');
const { reporters, Runner } = require('mocha');

class CountingReporter extends reporters.Base {
  constructor(runner, options) {
    super(runner, options);
    const { EVENT_RUN_END } = Runner.constants;
    runner.once(EVENT_RUN_END, () => {
      const { passes: passed, failures: failed } = this.stats;
      // A hook's failure takes the tests behind it along: they did not run, so they did not pass either.
      const missing = Math.max(0, runner.total - passed - failed);
      if (failed > 0) reporters.Base.list(this.failures);
      writeFileSync(
        process.env['PHASEWISE_TEST_RESULTS'],
        JSON.stringify({ passed, failed: failed + missing }),
      );
    });
  }
}

module.exports = CountingReporter;
