/** What Nix says when its own set-up is at fault, and what a user can do about it. */

export interface NixDiagnosis {
  readonly message: string;
  readonly advice: string;
}

interface Rule {
  readonly pattern: RegExp;
  readonly message: string;
  readonly advice: string;
}

const privateStore =
  'or use a store of your own: set "phasewise.nix.store" to a folder in your home, and "phasewise.nix.options" to ' +
  '{ "sandbox-paths": "/bin /usr /lib /lib64" } where builders of the host are used';

/** Wordings seen in 2.8, 2.26 and 2.34; the first that matches counts. */
const daemonRules: readonly Rule[] = [
  {
    pattern: /daemon-socket.*Permission denied/s,
    message: 'This user may not use the Nix store: the daemon’s socket is closed to it.',
    advice: `Join the group that may (on Debian \`sudo usermod -aG nix-users $USER\`, then log in again), ${privateStore}.`,
  },
  {
    pattern: /cannot connect to (?:socket|daemon)|daemon-socket.*(?:Connection refused|No such file)/s,
    message: 'The Nix daemon does not answer.',
    advice: `Start it (\`sudo systemctl start nix-daemon\`), ${privateStore}.`,
  },
  {
    pattern:
      /Nix daemon disconnected unexpectedly|^(?:error: )?(?:unexpected end-of-file|writing to file: Broken pipe)$/m,
    message: 'The Nix daemon went away in the middle of it: it was restarted, or it crashed.',
    advice: 'Do it again; if that fails too, `journalctl -u nix-daemon` says more.',
  },
];

const rules: readonly Rule[] = [
  ...daemonRules,
  {
    pattern: /unable to download '[^']+(?:\/nix-cache-info|\.narinfo)': (?!HTTP error)/,
    message: 'A substituter does not answer, and Nix does not go on without it.',
    advice:
      'Build again: for two minutes Nix is told to go on without it. With `fallback = true` in nix.conf Nix does that by itself.',
  },
  {
    pattern:
      /group '?"?([\w-]+)"?'? specified in 'build-users-group' does not exist|there are no .*build.* users|build users group .* has no members/s,
    message: 'Nix runs as root and finds no users to build as.',
    advice:
      'Put the line `build-users-group =` (empty) into /etc/nix/nix.conf or NIX_CONFIG, or create the group.',
  },
  {
    pattern:
      /cloning builder process|unshare|(?:user|kernel) namespace|mounting .*(?:Operation not permitted|Permission denied)|cannot (?:set up|create) .*namespace/s,
    message: 'The build sandbox cannot be set up here (common in containers).',
    advice: 'Put the line `sandbox = false` into /etc/nix/nix.conf or NIX_CONFIG.',
  },
  {
    pattern:
      /while setting up the build environment.*No such file or directory|getting attributes of path ['"]\/(?:bin|usr)\//s,
    message: 'A path that the build sandbox is told to show does not exist on this machine.',
    advice:
      'Correct `sandbox-paths` in /etc/nix/nix.conf or NIX_CONFIG, or put the line `sandbox = false` there.',
  },
  {
    pattern: /executing '?"?\/(?:bin|usr)\/.*No such file or directory/s,
    message: 'The build sandbox hides the program of this machine that the derivation has as its builder.',
    advice:
      'Add `sandbox-paths = /bin /usr /lib /lib64` (or `sandbox = false`) to /etc/nix/nix.conf, NIX_CONFIG or "phasewise.nix.options".',
  },
  {
    pattern: /No space left on device/,
    message: 'The disk of the Nix store is full.',
    advice: 'Free some space, e.g. with `nix-collect-garbage`.',
  },
  {
    pattern: /Read-only file system/,
    message: 'The Nix store is on a read-only file system.',
    advice: `Mount it writable, ${privateStore}.`,
  },
];

const refused = /Permission denied|Operation not permitted|not allowed to/;
const refusedHere: Rule = {
  pattern: refused,
  message: 'The Nix store may not be written by this user.',
  advice: `Use the Nix daemon (\`NIX_REMOTE=daemon\`) or the user who owns the store, ${privateStore}.`,
};
const refusedByDaemon: Rule = {
  pattern: refused,
  message: 'The Nix daemon refuses this user.',
  advice: `Have who runs it allow it (\`allowed-users\` or \`trusted-users\` in its /etc/nix/nix.conf, then restart it), ${privateStore}.`,
};

/** What a message about the store means; null when it is none of those that are known. `byDaemon`: the store is a daemon's. */
export function diagnoseStore(words: string, byDaemon = false): NixDiagnosis | null {
  const fromDaemon = byDaemon || /\bNix daemon\b|remote store ['"‘“]daemon/.test(words);
  return firstOf([...rules, fromDaemon ? refusedByDaemon : refusedHere], words);
}

/** The same of messages that are about the daemon, whatever else Nix was asked. */
export function diagnoseDaemon(words: string): NixDiagnosis | null {
  return firstOf(daemonRules, words);
}

/** As `diagnoseStore` for a failed build, where "Permission denied" is most often the builder's own. */
export function diagnoseBuild(words: string): NixDiagnosis | null {
  return firstOf(rules, words);
}

function firstOf(among: readonly Rule[], words: string): NixDiagnosis | null {
  const rule = among.find(({ pattern }) => pattern.test(words));
  return rule === undefined ? null : { message: rule.message, advice: rule.advice };
}
