/**
 * The window that the tests run in, as its user has it: clicks, keys and what is on the screen. The runner outside drives the browser
 * (or a desktop's window) and listens on loopback; selectors are Playwright's.
 */
/** What the runner's window driver (`scripts/windowDriver.mjs`) knows to do. */
interface DriverMethods {
  click(selector: string): Promise<null>;
  hover(selector: string): Promise<null>;
  clickIn(row: string, button: string): Promise<null>;
  clickInMenu(label: string): Promise<null>;
  press(keys: string): Promise<null>;
  type(text: string): Promise<null>;
  texts(selector: string): Promise<string[]>;
  attributes(selector: string, name: string): Promise<string[]>;
  waitFor(selector: string, timeoutMs: number): Promise<null>;
  waitForGone(selector: string, timeoutMs: number): Promise<null>;
  screenshot(name: string): Promise<null>;
}

async function ask<Method extends keyof DriverMethods>(
  method: Method,
  ...args: Parameters<DriverMethods[Method]>
): Promise<Awaited<ReturnType<DriverMethods[Method]>>> {
  const url = process.env['PHASEWISE_E2E_DRIVER'];
  if (url === undefined) throw new Error('There is no window driver: start with scripts/e2e.mjs');
  const response = await fetch(url, { method: 'POST', body: JSON.stringify({ method, args }) });
  const answer = (await response.json()) as { value: unknown; error?: string };
  if (answer.error !== undefined) throw new Error(`${method}(${JSON.stringify(args)}): ${answer.error}`);
  return answer.value as Awaited<ReturnType<DriverMethods[Method]>>;
}

/** What an editor's text gets keys by, but not that of a comment in it. */
const textInput = '.editor-instance :is(.inputarea, .native-edit-context):focus:not(.review-widget *)';

export const window = {
  /** Clicks the first element that matches, once it is there. */
  click: (selector: string) => ask('click', selector),
  hover: (selector: string) => ask('hover', selector),
  /** Clicks a button that a row shows under the mouse, moving there again when the row is drawn anew. */
  clickIn: (row: string, button: string) => ask('clickIn', row, button),
  /** Chooses from the menu that is open, or about to be. */
  clickInMenu: (label: string) => ask('clickInMenu', label),
  /** Presses a key or a combination, e.g. `F1`, `Control+Shift+P`. */
  press: (keys: string) => ask('press', keys),
  type: (text: string) => ask('type', text),
  /** What each matching element shows, in order of the page; empty when none is there. */
  texts: (selector: string) => ask('texts', selector),
  /** Value of an attribute of each matching element, '' where it has none. */
  attributes: (selector: string, name: string) => ask('attributes', selector, name),
  /** Waits until an element that matches is visible. */
  waitFor: (selector: string, timeoutMs = 20_000) => ask('waitFor', selector, timeoutMs),
  /** Waits until no element matches. */
  waitForGone: (selector: string, timeoutMs = 20_000) => ask('waitForGone', selector, timeoutMs),
  /** Whether the keyboard writes into the text of an editor: what is in front stays so when a terminal takes the keys. */
  writesIntoText: async () => (await ask('texts', textInput)).length > 0,
  /** Writes a picture of the window below `out/e2e/`. */
  screenshot: (name: string) => ask('screenshot', name),
};
