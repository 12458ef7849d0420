/**
 * Whether this machine gives the namespaces that isolation is made of, found out without the product: tests assert isolation where it does,
 * and what stands in for it where it does not (most containers, a chroot, a kernel's or a system's rules).
 */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { asOrdinaryUser } from './ordinaryUser';

const execute = promisify(execFile);

/** What a session's view needs of the kernel: namespaces, file systems mounted there, and a user namespace below. */
const trial = [
  ...['--mount', '--pid', '--fork', '--kill-child', '--ipc', '--uts', '--net', 'sh', '-ec'],
  'mount -t tmpfs none /tmp; mount -t proc proc /proc; unshare --user true',
];
const asOther = ['--user', '--map-root-user'];

/** Null when the tests' own user is given them, else the reason in the kernel's words ("Operation not permitted"). */
export async function namespacesRefused(): Promise<string | null> {
  const options = process.getuid?.() === 0 ? trial : [...asOther, ...trial];
  return refusal(() => execute('unshare', options));
}

/** The same of the user that `asOrdinaryUser` is. */
export async function namespacesRefusedToOrdinaryUser(): Promise<string | null> {
  return refusal(() => asOrdinaryUser('unshare', [...asOther, ...trial], {}));
}

async function refusal(attempt: () => Promise<unknown>): Promise<string | null> {
  try {
    await attempt();
    return null;
  } catch (error) {
    const { message, stderr = message } = error as Error & { readonly stderr?: string };
    const [first = ''] = stderr.trim().split('\n');
    return first.split(': ').at(-1)?.replace(/\.$/, '') ?? first;
  }
}
