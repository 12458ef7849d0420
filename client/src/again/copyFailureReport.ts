/** *Copy Failure Report*: the last failure as Markdown, ready to be pasted where one asks for help. */
import { env, window } from 'vscode';
import type { DerivationKey } from '../../../server/src/protocol/messages';
import type { LanguageServer } from '../languageServer';

const messageMs = 4000;

/** Gives what was copied; null when nothing failed. */
export async function copyFailureReport(
  server: LanguageServer,
  { uri, attr }: DerivationKey,
): Promise<string | null> {
  const { report, message } = await server.ask((requests) => requests.failureReport({ uri, attr }));
  if (report === null) {
    window.setStatusBarMessage(`$(info) ${message ?? 'There is no failure to report.'}`, messageMs);
    return null;
  }
  await env.clipboard.writeText(report);
  window.setStatusBarMessage('$(copy) The failure report is copied.', messageMs);
  return report;
}
