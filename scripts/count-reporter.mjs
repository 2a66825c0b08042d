// Prints the closing line "N passed, N failed" that CI reads.
export default class CountReporter {
  /**
   * @param {readonly import('vitest/node').TestModule[]} modules
   * @param {readonly unknown[]} unhandledErrors
   */
  onTestRunEnd(modules, unhandledErrors) {
    let passed = 0
    let failed = unhandledErrors.length
    for (const module of modules) {
      let seen = 0
      for (const test of module.children.allTests()) {
        seen += 1
        const { state } = test.result()
        if (state === 'passed') passed += 1
        else if (state !== 'skipped') failed += 1
      }
      // A file that fails to load or collect holds no tests: it must not count as zero failures.
      if (module.state() === 'failed' && (seen === 0 || module.errors().length > 0)) failed += 1
    }
    process.once('exit', () => console.log(`${passed} passed, ${failed} failed`))
  }
}
