/** The holder of a terminal on macOS, whose `script` takes the command as words after the file. Untried on a Mac. */
import type { HolderCommand } from './terminal';
import { holderScript } from './terminal';

export function darwinHolderCommand(): HolderCommand {
  return { program: '/usr/bin/script', args: ['-q', '/dev/null', '/bin/sh', '-c', holderScript] };
}
