/** Names that the driver gives its own functions and variables. Those of the text that each command of a debugged phase pays for are short. */
export function isDriverName(name: string): boolean {
  return /^__(?:phasewise|pw_|[DKL]$)/.test(name);
}
