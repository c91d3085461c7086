// A Chromium that has the console open, and what it must never do there.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const executablePath = process.env.UNDERSTUDY_CHROMIUM; // `./dev test` looks for one
export const skip = executablePath ? false : 'UNDERSTUDY_CHROMIUM names no browser';

const kQuiet = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];

export class Browser {
  #browser;
  #folder;

  static async launch() {
    const { chromium } = await import('playwright-core');
    const browser = new Browser();
    browser.#folder = mkdtempSync(join(tmpdir(), 'understudy-chromium-'));
    // Chromium leaves files in its home.
    const home = browser.#folder;
    const env = { ...process.env, HOME: home, XDG_CONFIG_HOME: home, XDG_CACHE_HOME: home };
    browser.#browser = await chromium.launch({ executablePath, args: kQuiet, env });
    return browser;
  }

  async close() {
    await this.#browser?.close();
    if (this.#folder) rmSync(this.#folder, { recursive: true, force: true });
  }

  /**
   * Calls `look(page)` with the console of `server` opened at `path`. Afterwards nothing may have gone wrong in it that
   * `look` has not taken out of `page.noise`: no message on the browser's console (which says what a
   * Content-Security-Policy forbids), no error, no request to another host.
   */
  async open(server, path, look, options = {}) {
    const context = await this.#browser.newContext({ viewport: { width: 1400, height: 900 }, permissions: ['clipboard-read', 'clipboard-write'], ...options });
    try {
      const page = await context.newPage();
      page.setDefaultTimeout(60_000); // much, for a machine that has much to do
      page.noise = [];
      page.on('console', (message) => page.noise.push(`${message.type()}: ${message.text()}`));
      page.on('pageerror', (error) => page.noise.push(`error: ${error.stack}`));
      page.on('dialog', (dialog) => page.noise.push(`dialog: ${dialog.message()}`) && dialog.dismiss());
      page.on('request', (request) => request.url().startsWith(`${server.url}/`) || page.noise.push(`request: ${request.url()}`));
      await page.goto(`${server.console_url}&to=${encodeURIComponent(path)}`);
      await settled(page);
      await look(page);
      assert.deepEqual(page.noise, []);
    } finally {
      await context.close();
    }
  }
}

/** Waits until the page shows what it asked for. */
export async function settled(page) {
  await page.locator('h1').first().waitFor();
  await page.waitForFunction(() => !document.querySelector('.loading'));
}

/** Another page, by its address, as a link would lead there. */
export async function visit(page, path) {
  await page.evaluate(
    (to) =>
      new Promise((resolve) => {
        if (location.hash === to) return resolve();
        addEventListener('hashchange', () => resolve(), { once: true }); // after the page's own listener
        location.hash = to;
      }),
    `#${path}`,
  );
  await settled(page);
}

/** What axe-core finds wrong, in words. */
export async function flaws(page) {
  const { source } = createRequire(import.meta.url)('axe-core');
  await page.evaluate(source); // by the debugger: the page itself may run nothing that it did not load
  const found = await page.evaluate(async () => {
    const { violations } = await window.axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice'] });
    return violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html.slice(0, 160)} ${node.any.map((each) => each.message).join(' ')}`));
  });
  return found;
}
