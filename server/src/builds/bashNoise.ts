/** bash 5.2 says this when a function that called `eval` ends by errexit; it tells a reader nothing. */
const noise = ': pop_var_context: head of shell_variables not a function context';

export function isBashNoise(line: string): boolean {
  return line.endsWith(noise);
}
