/** Entry of the extension: everything is made in `context.ts`. */
import type { ExtensionContext } from 'vscode';
import type { PhasewiseApi } from './api';
import { createClientContext, type ClientContext } from './context';

let context: ClientContext | undefined;

export function activate(extension: ExtensionContext): PhasewiseApi {
  context = createClientContext(extension);
  return context.api;
}

export async function deactivate(): Promise<void> {
  await context?.stop();
}
