/**
 * The suite's entry inside the extension host: VS Code calls `run` once the window is there. `scripts/e2e.mjs` starts it, in code-server
 * as on a desktop, and reads the results from the file that it names here.
 */
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Mocha from 'mocha';

interface Results {
  passed: number;
  failed: number;
  readonly failures: { readonly title: string; readonly message: string }[];
}

function required(name: string): string {
  const value = process.env[name];
  if (value === undefined || value === '') throw new Error(`${name} is not set: start with scripts/e2e.mjs`);
  return value;
}

/** The suite's bundled test files: those beside this file, or in a folder below it. */
function testFiles(suite: string): string[] {
  const folder = suite === 'trusted' ? __dirname : join(__dirname, suite);
  return readdirSync(folder)
    .filter((name) => name.endsWith('.test.js'))
    .sort()
    .map((name) => join(folder, name));
}

function textOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

function observe(runner: Mocha.Runner, results: Results): void {
  runner.on('pass', (test) => {
    results.passed += 1;
    console.log(`  ✓ ${test.fullTitle()} (${test.duration ?? 0} ms)`);
  });
  runner.on('retry', (test: Mocha.Test, error: unknown) => {
    console.log(`  ↻ ${test.fullTitle()}, which is tried once more:\n${textOf(error)}`);
  });
  runner.on('fail', (test, error: unknown) => {
    results.failed += 1;
    const message = textOf(error);
    results.failures.push({ title: test.fullTitle(), message });
    console.log(`  ✗ ${test.fullTitle()}\n${message}`);
  });
}

/** Resolves when all tests passed; rejects with the number of failures otherwise, also when there was no test at all. */
export async function run(): Promise<void> {
  const resultsFile = required('PHASEWISE_E2E_RESULTS');
  const mocha = new Mocha({
    ui: 'bdd',
    // Above what several waits take together: the wait that was in vain says what did not happen.
    timeout: 150_000,
    // A window's focus is not the test's alone: a browser under load may take it at a bad moment. What fails twice is broken; both are shown.
    retries: 1,
    forbidOnly: true,
    forbidPending: true,
    failZero: true,
    reporter: Mocha.reporters.Base,
    ...(process.env['PHASEWISE_E2E_GREP'] ? { grep: process.env['PHASEWISE_E2E_GREP'] } : {}),
  });
  for (const file of testFiles(required('PHASEWISE_E2E_SUITE'))) mocha.addFile(file);
  const results: Results = { passed: 0, failed: 0, failures: [] };
  const failures = await new Promise<number>((resolve) => observe(mocha.run(resolve), results));
  writeFileSync(resultsFile, JSON.stringify(results));
  if (failures > 0) throw new Error(`${failures} end-to-end tests failed`);
}
