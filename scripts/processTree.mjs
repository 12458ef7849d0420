// Ending a program together with everything that it started, also what moved to a session of its own.
import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';

/**
 * What identifies a process beyond its number, which may be used again: its name, its parent, the session that it is in and when it
 * started. Only Linux tells.
 */
export function readProcess(pid) {
  try {
    // The name stands in parentheses and may hold anything; numbers follow the last one.
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const end = stat.lastIndexOf(')');
    const name = stat.slice(stat.indexOf('(') + 1, end);
    const fields = stat.slice(end + 2).split(' ');
    if (fields[0] === 'Z') return null;
    return { pid, name, parent: Number(fields[1]), session: Number(fields[3]), started: fields[19] };
  } catch {
    return null;
  }
}

async function allProcesses() {
  if (process.platform === 'linux') {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map((name) => readProcess(Number(name)))
      .filter((found) => found !== null);
  }
  const { stdout } = await promisify(execFile)('ps', ['-axo', 'pid=,ppid=,lstart=']);
  return stdout
    .split('\n')
    .map((line) => /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line))
    .filter((match) => match !== null)
    .map(([, pid, parent, started]) => ({ pid: Number(pid), parent: Number(parent), started }));
}

/** Whether the process was started with this in its environment. Only Linux tells. */
function carries(pid, mark) {
  try {
    return mark !== null && readFileSync(`/proc/${pid}/environ`, 'utf8').includes(mark);
  } catch {
    return false;
  }
}

/**
 * The process, its descendants, those that carry the mark, and those in a session that a member began: a descendant whose parent has
 * ended is nobody's child. `known` are earlier members, whose children count, too; `begun` are the numbers of all members ever found.
 */
async function familyOf(pid, mark, { known, begun }) {
  const everyone = await allProcesses();
  const family = everyone.filter(
    (one) =>
      one.pid === pid ||
      carries(one.pid, mark) ||
      begun.has(one.session) ||
      known.some((other) => other.pid === one.pid && other.started === one.started),
  );
  for (const member of family) {
    family.push(...everyone.filter((one) => one.parent === member.pid && !family.includes(one)));
  }
  for (const member of family) begun.add(member.pid);
  return family;
}

function signal(pid, name) {
  try {
    process.kill(pid, name);
  } catch {
    // It ended by itself meanwhile.
  }
}

/**
 * Asks its head to end, which then ends the others as it sees fit; those whom it leaves are asked themselves, at once when there is no head. Kills
 * what `find` still finds in the end; it is told which members were found before.
 */
async function endFamily(find, head, patienceMs) {
  const begun = new Set();
  let family = await find({ known: [], begun });
  if (head !== null) signal(head, 'SIGTERM');
  const deadline = Date.now() + patienceMs;
  for (
    let asked = false;
    family.length > 0 && Date.now() < deadline;
    family = await find({ known: family, begun })
  ) {
    if (!asked && !family.some(({ pid }) => pid === head)) {
      for (const { pid } of family) signal(pid, 'SIGTERM');
      asked = true;
    }
    await pause(50);
  }
  // Killing one may set another free that was about to start more.
  for (let round = 0; family.length > 0 && round < 40; round++) {
    for (const { pid } of family) signal(pid, 'SIGKILL');
    await pause(50);
    family = await find({ known: family, begun });
  }
}

/**
 * Asks the program to end, waits, and kills what of its family is left after `patienceMs`. `mark` is something that only this
 * program's environment holds, `NAME=value`.
 */
export function endTree(pid, { patienceMs = 4000, mark = null } = {}) {
  return endFamily((found) => familyOf(pid, mark, found), pid, patienceMs);
}

/** Ends all other processes that carry the mark in their environment, with what they started. */
export function endMarked(mark, { patienceMs = 4000 } = {}) {
  return endFamily(
    async (found) => (await familyOf(null, mark, found)).filter(({ pid }) => pid !== process.pid),
    null,
    patienceMs,
  );
}
