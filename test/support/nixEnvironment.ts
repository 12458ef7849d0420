/** How the Nix of the tests is configured: as the caller says, who found out what works here; else for a container without a network. */

const asRoot = process.getuid?.() === 0;
const container = ['substituters =', 'sandbox = false', ...(asRoot ? ['build-users-group ='] : [])].join(
  '\n',
);

/** What to put into NIX_CONFIG: the caller's, also when it is empty. */
export const nixConfig = process.env['NIX_CONFIG'] ?? container;

/** The root of a store of the user's own (`store = /folder`), else the empty text. */
const storeRoot = /^[ \t]*store[ \t]*=[ \t]*(\/.*?)[ \t]*$/m.exec(nixConfig)?.[1] ?? '';

/** Whether real builds happen in a sandbox whatever the tests say: only there can a store of the user's own be used. */
export const hasOwnStore = storeRoot !== '';

/**
 * The environment for programs of Nix. Whoever runs the tests may keep their temporary files elsewhere; without a sandbox Nix would build
 * there, too.
 */
export function nixEnvironment(config = nixConfig): Readonly<Record<string, string>> {
  const own: Record<string, string> = {};
  for (const [name, value] of Object.entries(process.env)) {
    if (value !== undefined && name !== 'TMPDIR') own[name] = value;
  }
  return { ...own, NIX_CONFIG: config };
}

/**
 * For builds that a session is compared with: outside a sandbox, as a session is. Only root may choose that with every store; a store of the
 * user's own and a daemon's builds have the sandbox that they have.
 */
export function unsandboxedEnvironment(): Readonly<Record<string, string>> {
  return nixEnvironment(asRoot && storeRoot === '' ? `${nixConfig}\nsandbox = false\n` : nixConfig);
}

/** Where a path of the store lies on the disk: with a store of the user's own, below its folder. */
export function onDisk(path: string): string {
  return /^\/nix\/store(?:\/|$)/.test(path) ? `${storeRoot}${path}` : path;
}
