/** Asks the installed Nix itself, for conformance tests. */
import { execFileSync } from 'node:child_process';
import { nixEnvironment } from './nixEnvironment';

/** The JSON value of an expression that is given on standard input (paths resolve against `cwd`). */
export function evaluateJson(expression: string, cwd = '/'): unknown {
  const output = execFileSync('nix-instantiate', ['--eval', '--strict', '--json', '-'], {
    input: expression,
    cwd,
    env: nixEnvironment(),
    encoding: 'utf8',
    maxBuffer: 256 << 20,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  return JSON.parse(output);
}
