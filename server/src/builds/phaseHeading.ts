/** How the beginning of a phase is marked in what people read. Pure. */

const headingWidth = 48;

/** `── buildPhase ──────────…` */
export function phaseHeading(phase: string): string {
  const start = `── ${phase} `;
  return start + '─'.repeat(Math.max(3, headingWidth - start.length));
}
