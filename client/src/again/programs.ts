/** The program of a derivation's outputs that is meant. */
import { Uri, window } from 'vscode';
import type { ProgramsAnswer } from '../../../server/src/protocol/storeMessages';
import type { LanguageServer } from '../languageServer';

export type Program = ProgramsAnswer['programs'][number];

/** Those of the outputs of a store derivation, as it was built. */
export function programsOf(server: LanguageServer, drvPath: string): Promise<ProgramsAnswer> {
  const key = { uri: Uri.file(drvPath).toString(), attr: '' };
  return server.ask((requests) => requests.programs(key));
}

/** The main one, the only one, or the one that the user picks; null when there is none or none was picked. */
export async function chosenProgram({ programs, main }: ProgramsAnswer): Promise<Program | null> {
  const [first] = programs;
  if (first === undefined) return null;
  const named = programs.find(({ name }) => name === main);
  if (named !== undefined || programs.length === 1) return named ?? first;
  const picks = programs.map((program) => ({ label: program.name, description: program.output, program }));
  const picked = await window.showQuickPick(picks, { title: 'Run Program', placeHolder: 'Which one?' });
  return picked?.program ?? null;
}
