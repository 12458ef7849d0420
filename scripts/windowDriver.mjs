// Lets tests inside the extension host use the window as its user does: a small server on loopback over a Playwright page.
import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';

const timeout = 20_000;

/** What tests may ask; each method gets the page first. `test/e2e/window.ts` gives them their types. */
function methods(screenshotFolder) {
  const first = (page, selector) => page.locator(selector).first();
  return {
    click: (page, selector) => first(page, selector).click({ timeout }),
    hover: (page, selector) => first(page, selector).hover({ timeout }),
    // As a user does whose button moved or vanished under the mouse, or is under another row's tooltip: away, back to the row, and again.
    clickIn: async (page, row, button) => {
      for (const until = Date.now() + timeout; ;) {
        try {
          await first(page, row).hover({ timeout: 2000 });
          return await first(page, `${row} ${button}`).click({ timeout: 1000 });
        } catch (error) {
          if (Date.now() > until) throw error;
          await page.mouse.move(1, 1);
        }
      }
    },
    // A menu takes no click in the first tenth of a second that it is shown.
    clickInMenu: async (page, label) => {
      const item = first(page, `.monaco-menu .action-label[aria-label^="${label}"]`);
      await item.waitFor({ timeout });
      for (const until = Date.now() + timeout; Date.now() < until;) {
        await item.click({ timeout: 2000 }).catch(() => undefined);
        if (
          await item.waitFor({ state: 'hidden', timeout: 500 }).then(
            () => true,
            () => false,
          )
        )
          return;
      }
      throw new Error('the menu stays open');
    },
    press: (page, keys) => page.keyboard.press(keys),
    type: (page, text) => page.keyboard.type(text, { delay: 10 }),
    texts: (page, selector) => page.locator(selector).allInnerTexts(),
    attributes: (page, selector, name) =>
      page
        .locator(selector)
        .evaluateAll((elements, key) => elements.map((element) => element.getAttribute(key) ?? ''), name),
    waitFor: (page, selector, timeoutMs) => first(page, selector).waitFor({ timeout: timeoutMs }),
    waitForGone: (page, selector, timeoutMs) =>
      first(page, selector).waitFor({ state: 'hidden', timeout: timeoutMs }),
    screenshot: async (page, name) => {
      await mkdir(screenshotFolder, { recursive: true });
      await page.screenshot({ path: join(screenshotFolder, `${name}.png`) });
    },
  };
}

/** What cannot be done leaves a picture of the window as `failed-METHOD.png`. */
async function answer(known, findPage, body) {
  let method = 'nothing';
  try {
    const asked = JSON.parse(body);
    const { args } = asked;
    ({ method } = asked);
    if (!Object.hasOwn(known, method)) throw new Error(`no such method: ${method}`);
    return { value: (await known[method](await findPage(), ...args)) ?? null };
  } catch (error) {
    await known.screenshot(await findPage(), `failed-${method}`).catch(() => undefined);
    return { value: null, error: error.message };
  }
}

/**
 * `findPage` gives the window's page, also when it comes later. Gives the address that tests post `{method, args}` to, with a
 * secret path, and `stop`.
 */
export async function startWindowDriver(findPage, screenshotFolder) {
  const known = methods(screenshotFolder);
  const path = `/${randomBytes(16).toString('hex')}`;
  const server = createServer((request, response) => {
    if (request.url !== path || request.method !== 'POST') {
      response.writeHead(404).end();
      return;
    }
    let body = '';
    request.on('data', (chunk) => (body += chunk));
    request.on('end', async () => response.end(JSON.stringify(await answer(known, findPage, body))));
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const stop = () =>
    new Promise((resolve) => {
      server.close(resolve);
      server.closeAllConnections();
    });
  return { url: `http://127.0.0.1:${server.address().port}${path}`, stop };
}
