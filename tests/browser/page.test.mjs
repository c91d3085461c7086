// Pages as a browser shows them: what is drawn and what colours come out is only known there. Skipped where
// UNDERSTUDY_CHROMIUM names none, which is said.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { contrast } from './contrast.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const program = process.env.UNDERSTUDY_RENDER_SAMPLE_PAGE ?? `${root}/build/release/tests/render_sample_page`;
const narrowest = 360;
const least = { text: 4.5, outline: 3 }; // WCAG 2.1, 1.4.3 and 1.4.11

/** Runs in the page: every text and every outline with the colours that it has there, as [red, green, blue]. */
function colours() {
  const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  const parse = (text) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = text;
    canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data];
  };
  const tint = (element) => parse(getComputedStyle(element).getPropertyValue('--tint'));
  const card = parse(getComputedStyle(document.documentElement).getPropertyValue('--card'));
  const background = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const colour = parse(getComputedStyle(at).backgroundColor);
      if (colour[3] === 255) return colour;
    }
    return [255, 255, 255, 255];
  };
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const element = node.parentElement;
    if (!node.data.trim() || element.closest('title, desc')) continue;
    const style = getComputedStyle(element);
    const drawn = element.closest('svg') !== null;
    const behind = element.matches('.in') ? tint(element) : drawn ? card : background(element);
    found.push({ kind: 'text', what: node.data.trim(), of: parse(drawn ? style.fill : style.color), on: behind });
  }
  for (const shape of document.querySelectorAll('.s, .comb')) {
    const of = parse(getComputedStyle(shape).stroke);
    found.push({ kind: 'outline', what: shape.parentElement.getAttribute('class'), of, on: card });
  }
  for (const cross of document.querySelectorAll('.cross'))
    found.push({ kind: 'outline', what: 'cross', of: parse(getComputedStyle(cross).stroke), on: tint(cross.parentElement) });
  return found;
}

test('contrast is counted as the standard does', () => {
  assert.equal(contrast([0, 0, 0], [255, 255, 255]).toFixed(2), '21.00');
  assert.equal(contrast([118, 118, 118], [255, 255, 255]).toFixed(2), '4.54');
});

const executablePath = process.env.UNDERSTUDY_CHROMIUM; // `./dev test` looks for one
const samples = execFileSync(program).toString().trim().split('\n');

describe('pages', { skip: executablePath ? false : 'UNDERSTUDY_CHROMIUM names no browser' }, () => {
  let browser;
  let folder;
  before(async () => {
    const { chromium } = await import('playwright-core');
    folder = mkdtempSync(join(tmpdir(), 'understudy-browser-'));
    for (const sample of samples) writeFileSync(join(folder, `${sample}.html`), execFileSync(program, [sample], { maxBuffer: 1 << 26 }));
    // Chromium leaves files in its home.
    const env = { ...process.env, HOME: folder, XDG_CONFIG_HOME: folder, XDG_CACHE_HOME: folder };
    browser = await chromium.launch({ executablePath, args: ['--no-sandbox'], env });
  });
  after(async () => {
    await browser?.close();
    if (folder) rmSync(folder, { recursive: true, force: true });
  });

  /** Calls `look(page)` with the sample opened; console messages and requests beside its own are in `page.noise`. */
  async function open(sample, options, look) {
    const page = await browser.newPage({ viewport: { width: 1400, height: 900 }, ...options });
    const url = pathToFileURL(join(folder, `${sample}.html`)).href;
    page.noise = [];
    page.on('console', (message) => page.noise.push(`${message.type()}: ${message.text()}`));
    page.on('pageerror', (error) => page.noise.push(`error: ${error.message}`));
    page.on('dialog', (dialog) => page.noise.push(`dialog: ${dialog.message()}`) && dialog.dismiss());
    page.on('request', (request) => request.url() !== url && page.noise.push(`request: ${request.url()}`));
    try {
      await page.goto(url);
      await look(page);
    } finally {
      await page.close();
    }
  }

  for (const sample of samples) {
    for (const colorScheme of ['light', 'dark']) {
      test(`${sample}, ${colorScheme}: says nothing, asks for nothing, can be read`, () =>
        open(sample, { colorScheme }, async (page) => {
          await page.evaluate(() => document.querySelectorAll('details').forEach((each) => (each.open = true)));
          assert.deepEqual(page.noise, []);
          const found = await page.evaluate(colours);
          assert.ok(found.some((each) => each.kind === 'text'));
          const worst = new Map();
          for (const { kind, what, of, on } of found)
            if (contrast(of, on) < least[kind]) worst.set(`${kind} of "${what}": ${contrast(of, on).toFixed(2)}`, true);
          assert.deepEqual([...worst.keys()], []);
        }));
    }

    test(`${sample}: does not overflow a narrow window`, () =>
      open(sample, { viewport: { width: narrowest, height: 800 } }, async (page) => {
        await page.evaluate(() => document.querySelectorAll('details').forEach((each) => (each.open = true)));
        assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), narrowest);
      }));

    test(`${sample}: every span and request has a title`, () =>
      open(sample, {}, async (page) => {
        const untitled = await page.evaluate(() =>
          [...document.querySelectorAll('.timeline .s, .timeline .comb, .timeline .mark')]
            .filter((shape) => !(shape.querySelector('title') ?? shape.parentElement.querySelector(':scope > title'))?.textContent.trim())
            .map((shape) => shape.outerHTML));
        assert.deepEqual(untitled, []);
      }));

    test(`${sample}: no name is given twice, and what is named is there`, () =>
      open(sample, {}, async (page) => {
        const { twice, missing } = await page.evaluate(() => {
          const ids = [...document.querySelectorAll('[id]')].map((each) => each.id);
          const links = [...document.querySelectorAll('a[href]')].map((each) => decodeURIComponent(each.hash.slice(1)));
          const labels = [...document.querySelectorAll('[aria-labelledby]')].flatMap((each) => [each.getAttribute('aria-labelledby'), each.getAttribute('aria-describedby')]);
          return { twice: ids.filter((id, i) => ids.indexOf(id) !== i), missing: [...links, ...labels].filter((id) => !ids.includes(id)) };
        });
        assert.deepEqual({ twice, missing }, { twice: [], missing: [] });
      }));
  }

  test('labels of spans stay in their spans, and lane labels in their column', () =>
    open('check', {}, async (page) => {
      const { looked, outside } = await page.evaluate(() => {
        const right = (element) => element.getBoundingClientRect().right;
        const texts = [...document.querySelectorAll('.timeline .in')];
        return { looked: texts.length, outside: texts.filter((text) => right(text) > right(text.parentElement.querySelector('rect.s')) + 1).map((text) => text.textContent) };
      });
      assert.ok(looked > 0);
      assert.deepEqual(outside, []);
    }));

  test('patterns are drawn: a hatched span has both of its colours', () =>
    open('scenario', { colorScheme: 'light' }, async (page) => {
      const fill = await page.evaluate(() => getComputedStyle(document.querySelector('.timeline .waiting > .s')).fill);
      assert.match(fill, /#p-waiting/);
      const shot = (await page.locator('.timeline .waiting > .s').first().screenshot()).toString('base64');
      // counted elsewhere: the page itself may load no image
      const blank = await browser.newPage();
      const shades = await blank.evaluate(async (data) => {
        const image = new Image();
        image.src = `data:image/png;base64,${data}`;
        await image.decode();
        const canvas = Object.assign(document.createElement('canvas'), { width: image.width, height: image.height }).getContext('2d');
        canvas.drawImage(image, 0, 0);
        const inside = canvas.getImageData(3, 3, image.width - 6, image.height - 6).data;
        return new Set(inside.filter((value, i) => i % 4 === 0)).size;
      }, shot);
      await blank.close();
      assert.ok(shades > 2, `${shades} shades`);
    }));

  test('on paper the tables are there although nobody has opened them', () =>
    open('scenario', {}, async (page) => {
      const height = () => page.evaluate(() => document.querySelector('details table').getBoundingClientRect().height);
      const seen = () => page.evaluate(() => document.querySelector('details table').checkVisibility());
      assert.equal(await seen(), false);
      await page.emulateMedia({ media: 'print' });
      assert.equal(await seen(), true);
      assert.ok((await height()) > 100);
    }));

  test('a wide picture scrolls in its own box', () =>
    open('check', { viewport: { width: narrowest, height: 800 } }, async (page) => {
      const scrolls = await page.evaluate(() => [...document.querySelectorAll('figure > .scroll')].map((box) => box.scrollWidth > box.clientWidth));
      assert.ok(scrolls.length >= 4 && scrolls.every(Boolean));
    }));
});
