/** Says at the end how many tests passed in each browser, from the results themselves. */

/** @returns {import('@web/test-runner').Reporter} */
export function countReporter() {
  return {
    stop({ sessions }) {
      const browsers = new Map();
      for (const session of sessions) {
        const count = browsers.get(session.browser.name) ?? { passed: 0, failed: 0, skipped: 0 };
        browsers.set(session.browser.name, count);
        const before = count.failed;
        addSuite(session.testResults, count);
        // A file that did not load or finish has no failed test to say so.
        if (!session.passed && count.failed === before) count.failed++;
      }
      for (const [name, { passed, failed, skipped }] of browsers)
        console.log(`${name}: ${passed} passed, ${failed} failed, ${skipped} skipped`);
    },
  };
}

function addSuite(suite, count) {
  if (!suite) return;
  for (const test of suite.tests) count[test.skipped ? 'skipped' : test.passed ? 'passed' : 'failed']++;
  for (const inner of suite.suites) addSuite(inner, count);
}
