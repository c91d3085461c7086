// Every page of the console: how it looks to whom, and what can be done on it.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Browser, flaws, settled, skip, visit } from './console_browser.mjs';
import { Server } from './console_server.mjs';
import { contrast } from './contrast.mjs';

const kProject = 'abcdef1234567';
const kPath = `/projects/${kProject}`;
const kActivity = `${kPath}/activities/push1111`;
const kPages = ['/projects', kPath, `${kPath}/environments`, `${kPath}/variables`, `${kPath}/variables?environment=main`, `${kPath}/activities`, kActivity, `${kPath}/access`, `${kPath}/backups`, '/account/api-tokens', '/account/profile', '/journal', '/journal/1', '/clock', '/faults', '/world', '/no/such/page'];
const narrowest = 360;

/** Something on each page, so that no test looks at empty ones. */
async function fill_world(server) {
  const ask = async (method, path, body) => {
    const { value } = await server.control('POST', '/tokens', { user: 'alice', kind: 'access', name: 'test' });
    const response = await fetch(`${server.url}/api${path}`, { method, headers: { Authorization: `Bearer ${value}`, 'Content-Type': 'application/json' }, body: body && JSON.stringify(body) });
    assert.ok(response.ok, `${method} ${path}: ${response.status}`);
  };
  await ask('POST', `${kPath}/variables`, { name: 'env:OPEN', value: 'shown', visible_build: true });
  await ask('POST', `${kPath}/variables`, { name: 'env:CLOSED', value: 'never-shown-value', is_sensitive: true });
  await ask('POST', `${kPath}/environments/main/variables`, { name: 'data', value: '{"a": 1}', is_json: true, is_inheritable: false });
  await ask('POST', `${kPath}/environments/main/backup`, {});
  await server.control('POST', '/advance', { by: '30m' });
  await ask('POST', `${kPath}/environments/main/backup`, { safe: false });
  await fetch(`${server.url}/api/no/such/route`);
  await server.control('POST', '/faults', { on: 'GET /organizations', status: 503, times: 2 });
  await server.control('POST', '/faults', { on: '* /teams/**', hang: true });
}

describe('pages of the console', { skip }, () => {
  let browser;
  let server;
  before(async () => {
    server = await Server.start('busy', '--speed', '0');
    browser = await Browser.launch(); // one after the other: what was started is known, and ended, if the next cannot start
    await fill_world(server);
  });
  after(async () => {
    await browser?.close();
    if (server) assert.ok(await server.stop());
  });

  for (const colorScheme of ['light', 'dark']) {
    for (const width of [1400, 1100, narrowest]) {
      test(`${colorScheme}, ${width} px: nothing is wrong with any page, and none is wider than the window`, () =>
        browser.open(
          server,
          '/projects',
          async (page) => {
            for (const path of kPages) {
              await visit(page, path);
              const found = await flaws(page);
              assert.deepEqual(found, [], path);
              const wider = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
              assert.ok(wider <= 0, `${path} is ${wider} px too wide`);
              const cut = await page.evaluate(() =>
                [...document.querySelectorAll('.scroll:has(.actions)')]
                  .filter((box) => box.scrollWidth > box.clientWidth)
                  .map((box) => `${box.getAttribute('aria-label')}: ${box.scrollWidth - box.clientWidth} px`),
              );
              assert.deepEqual(cut, [], `${path} hides what can be done`);
            }
          },
          { colorScheme, viewport: { width, height: 800 } },
        ));
    }

    test(`${colorScheme}: dialogs and the menu, too`, () =>
      browser.open(
        server,
        `${kPath}/variables`,
        async (page) => {
          await page.getByRole('button', { name: 'Create a variable' }).click();
          assert.deepEqual(await flaws(page), []);
          await page.keyboard.press('Escape');
          await page.keyboard.press('?');
          await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor();
          assert.deepEqual(await flaws(page), []);
          await page.keyboard.press('Escape');
          await page.getByRole('button', { name: 'Signed in as' }).click();
          assert.deepEqual(await flaws(page), []);
          await page.keyboard.press('Escape');
        },
        { colorScheme },
      ));

    test(`${colorScheme}: outlines in the timeline stand out`, () =>
      browser.open(
        server,
        '/clock?range=0',
        async (page) => {
          await page.locator('.chart .s').first().waitFor();
          const kinds = ['waiting', 'working', 'building', 'stopping', 'deploying', 'running', 'blocked', 'held', 'dropped', 'skipped'];
          const found = await page.evaluate((all) => {
            const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
            const parse = (text) => {
              canvas.clearRect(0, 0, 1, 1);
              canvas.fillStyle = text;
              canvas.fillRect(0, 0, 1, 1);
              return [...canvas.getImageData(0, 0, 1, 1).data];
            };
            const card = parse(getComputedStyle(document.documentElement).getPropertyValue('--card'));
            return all.map((kind) => {
              const swatch = document.querySelector(`.swatch.${kind}`);
              return { kind, of: parse(getComputedStyle(swatch).getPropertyValue('--ink')), on: card };
            });
          }, kinds);
          assert.deepEqual(found.filter(({ of, on }) => contrast(of, on) < 3).map(({ kind }) => kind), []);
        },
        { colorScheme },
      ));
  }

  test('controls have outlines that stand out, and the focus is seen', () =>
    browser.open(server, '/faults', async (page) => {
      for (const name of ['Add a fault', 'Remove all', 'Next event']) {
        const button = page.getByRole('button', { name });
        await button.focus();
        await page.keyboard.press('Shift+Tab');
        await page.keyboard.press('Tab'); // by keyboard, as focus rings are for
        const style = await button.evaluate((element) => getComputedStyle(element).outlineStyle);
        assert.equal(style, 'solid', name);
      }
    }));

  test('each page has one heading of the first rank, a title of its own, and takes the focus', () =>
    browser.open(server, '/projects', async (page) => {
      const titles = new Set();
      for (const path of kPages) {
        await visit(page, path);
        assert.equal(await page.locator('h1').count(), 1, path);
        titles.add(await page.title());
      }
      assert.ok(titles.size >= kPages.length - 3, [...titles].join('\n'));
      await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Clock' }).click();
      assert.equal(await page.evaluate(() => document.activeElement.textContent), 'Clock');
      await page.goBack();
      await page.getByRole('heading', { name: 'There is no such page' }).waitFor();
    }));

  test('whoever wants less motion gets none', () =>
    browser.open(
      server,
      '/clock',
      async (page) => {
        const moving = await page.evaluate(() => [...document.querySelectorAll('*')].filter((each) => getComputedStyle(each).transitionDuration !== '0s' || getComputedStyle(each).animationName !== 'none').length);
        assert.equal(moving, 0);
      },
      { reducedMotion: 'reduce' },
    ));

  test('tabs are walked by arrow keys and stay focused when they are followed', () =>
    browser.open(server, kPath, async (page) => {
      await page.getByRole('tab', { name: 'Overview' }).focus();
      await page.keyboard.press('ArrowRight');
      await page.keyboard.press('Enter');
      await page.getByRole('tab', { name: 'Environments', selected: true }).waitFor();
      assert.equal(await page.evaluate(() => document.activeElement.textContent), 'Environments');
      await page.keyboard.press('End');
      assert.equal(await page.evaluate(() => document.activeElement.textContent), 'Backups');
    }));

  test('what a server says is text, whatever it looks like', () =>
    browser.open(server, `${kPath}/variables`, async (page) => {
      const name = '<img src=x onerror=alert(1)>';
      await page.getByRole('button', { name: 'Create a variable' }).click();
      await page.getByLabel('Name').fill(name);
      await page.getByLabel('Value', { exact: true }).fill('<script>alert(2)</script>');
      await page.getByRole('button', { name: 'Create variable' }).click();
      await page.getByRole('cell', { name, exact: true }).waitFor();
      await page.getByRole('cell', { name: '<script>alert(2)</script>', exact: true }).waitFor();
      await page.getByRole('button', { name: `Delete ${name}` }).click();
      await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
      await page.getByRole('cell', { name, exact: true }).waitFor({ state: 'detached' });
    }));

  test('environments stand in their tree, with status and type', () =>
    browser.open(server, `${kPath}/environments`, async (page) => {
      const rows = await page.getByRole('region', { name: 'Environments' }).locator('tbody tr').allTextContents();
      assert.deepEqual(rows.map((text) => text.match(/Main|Staging|Feature X|Old/)[0]), ['Main', 'Staging', 'Feature X', 'Old']);
      assert.match(rows[0], /production.*active/);
      assert.match(rows[2], /below staging.*development/);
      assert.match(rows[3], /inactive/);
    }));

  test('variables: a sensitive value is nowhere, flags are as the platform has them, changes reach it', () =>
    browser.open(server, `${kPath}/variables`, async (page) => {
      const closed = page.getByRole('row', { name: /env:CLOSED/ });
      await closed.getByText('Hidden: the value is sensitive').waitFor({ state: 'attached' });
      assert.ok(!(await page.content()).includes('never-shown-value'));

      await page.getByRole('button', { name: 'Edit env:CLOSED' }).click();
      assert.equal(await page.getByLabel('Sensitive').isDisabled(), true);
      assert.equal(await page.getByLabel('Value', { exact: true }).inputValue(), '');
      await page.keyboard.press('Escape');

      await page.getByRole('button', { name: 'Create a variable' }).click();
      await page.getByLabel('Name').fill('env:LATER');
      await page.getByLabel('Value', { exact: true }).fill('not json');
      await page.getByLabel('The value is JSON').check();
      await page.getByRole('button', { name: 'Create variable' }).click();
      await page.getByRole('dialog').getByText('is not valid JSON').waitFor();
      await page.getByLabel('Value', { exact: true }).fill('[1]');
      await page.getByLabel('During builds').uncheck();
      await page.getByRole('button', { name: 'Create variable' }).click();
      const later = page.getByRole('row', { name: /env:LATER/ });
      await later.waitFor();
      assert.match(await later.textContent(), /\[1\].*JSON.*runtime/);
      assert.doesNotMatch(await later.textContent(), /build/);

      await page.getByRole('button', { name: 'Edit env:LATER' }).click();
      await page.getByLabel('Sensitive').check();
      await page.getByRole('button', { name: 'Save' }).click();
      await later.getByText('sensitive', { exact: true }).waitFor();
      const { value } = await server.control('POST', '/tokens', { user: 'alice', kind: 'access', name: 'check' });
      const known = await (await fetch(`${server.url}/api${kPath}/variables/env:LATER`, { headers: { Authorization: `Bearer ${value}` } })).json();
      assert.deepEqual([known.is_sensitive, known.is_json, known.visible_build, known.visible_runtime, known.value], [true, true, false, true, undefined]);

      await page.getByLabel('Level').selectOption('main');
      await page.getByRole('row', { name: /data.*not inherited/ }).waitFor();
      assert.match(page.url(), /environment=main/);
      page.noise = page.noise.filter((line) => !line.includes('400'));
    }));

  test('a backup is made, its log is read while it is written, and it can be restored', () =>
    browser.open(server, `${kPath}/backups`, async (page) => {
      const before_this = await page.getByRole('region', { name: 'Backups' }).locator('tbody tr').count();
      await server.control('POST', '/advance', { by: '1h' }); // what runs is over
      await page.getByRole('button', { name: 'Create a backup' }).click();
      await page.getByRole('dialog').getByRole('button', { name: 'Create backup' }).click();
      await page.getByRole('heading', { name: /backup of Main/ }).waitFor();
      await page.getByText('live', { exact: true }).waitFor();
      assert.ok(await page.getByRole('button', { name: 'Cancel activity' }).isVisible());
      const lines = page.getByRole('log').locator('.log-line');
      const at_first = await lines.count();
      await server.control('POST', '/advance', { by: '20m' });
      await page.waitForFunction((count) => document.querySelectorAll('.log-line').length > count, at_first);
      await page.getByText('complete', { exact: true }).first().waitFor();
      await page.getByRole('button', { name: 'Cancel activity' }).waitFor({ state: 'detached' });

      await visit(page, `${kPath}/backups`);
      await page.waitForFunction((count) => document.querySelectorAll('tbody tr').length > count, before_this);
      await page.getByRole('button', { name: /^Restore backup/ }).first().click();
      await page.getByLabel('Into').selectOption('staging');
      await page.getByRole('dialog').getByRole('button', { name: 'Restore' }).click();
      await page.getByRole('heading', { name: /restored/ }).waitFor();
      await server.control('POST', '/advance', { by: '1h' });
      page.noise = page.noise.filter((line) => !line.includes('401')); // tokens end meanwhile, and are renewed
    }));

  test('an activity is cancelled', () =>
    browser.open(server, `${kPath}/environments`, async (page) => {
      await page.getByRole('button', { name: 'Redeploy Main' }).click();
      await page.getByRole('dialog').getByRole('button', { name: 'Redeploy' }).click();
      await page.getByRole('button', { name: 'Cancel activity' }).click();
      await page.getByRole('dialog').getByRole('button', { name: 'Cancel the activity' }).click();
      await page.getByText('cancelled', { exact: true }).first().waitFor();
    }));

  test('people and machine users are told apart, and roles are changed', () =>
    browser.open(server, `${kPath}/access`, async (page) => {
      const row = (name) => page.getByRole('row', { name: new RegExp(`^${name}`) });
      assert.match(await row('alice').textContent(), /person.*admin.*owner/);
      assert.match(await row('viewer-bot').textContent(), /machine user.*viewer/);
      await page.getByRole('button', { name: 'Change roles of viewer-bot' }).click();
      await page.getByLabel('On development environments').selectOption('contributor');
      await page.getByRole('button', { name: 'Save' }).click();
      await row('viewer-bot').getByText('development: contributor').waitFor();
    }));

  test('a fault is added, answers, counts, and is removed', () =>
    browser.open(server, '/faults', async (page) => {
      await page.getByRole('button', { name: 'Add a fault' }).click();
      await page.getByLabel('Path').fill('/plans');
      await page.getByLabel('Status').fill('418');
      await page.getByLabel('Body').fill('no json');
      await page.getByRole('dialog').getByRole('button', { name: 'Add fault' }).click();
      await page.getByRole('dialog').getByText('The body is no JSON').waitFor();
      await page.getByLabel('Body').fill('{"a": 1}');
      await page.getByLabel('How often').fill('0');
      await page.getByRole('dialog').getByRole('button', { name: 'Add fault' }).click();
      const row = page.getByRole('row', { name: /\* \/plans/ });
      await row.waitFor();
      assert.match(await row.textContent(), /answers 418.*always/);
      assert.equal((await fetch(`${server.url}/api/plans`)).status, 418);
      await page.getByRole('button', { name: 'Remove the fault on * /plans' }).click();
      await row.waitFor({ state: 'detached' });
      assert.notEqual((await fetch(`${server.url}/api/plans`)).status, 418);
    }));

  test('deep links work, in a tab that has the token', () =>
    browser.open(server, `${kPath}/activities?environment=staging&state=complete`, async (page) => {
      await page.getByRole('region', { name: 'Activities' }).waitFor();
      assert.equal(await page.getByLabel('Environment').inputValue(), 'staging');
      const environments = await page.locator('tbody tr td:nth-child(3)').allTextContents();
      assert.ok(environments.length > 0 && environments.every((text) => text === 'staging'));
    }));
});

describe('a console whose server goes its way', { skip }, () => {
  let browser;
  before(async () => {
    browser = await Browser.launch();
  });
  after(() => browser?.close());

  test('a world is loaded with its mistakes shown, and reset', async () => {
    const server = await Server.start('demo', '--speed', '0');
    try {
      await browser.open(server, '/world', async (page) => {
        await page.getByLabel('Or written here').fill('projects:\n  abcdef1234567:\n    titel: Mine\n');
        await page.getByRole('button', { name: 'Load this' }).click();
        await page.getByText(/line 3/).waitFor();
        await page.getByText(/did you mean/).waitFor();
        await page.getByLabel('Or written here').fill('projects:\n  abcdef1234567:\n    title: Mine\n');
        await page.getByRole('button', { name: 'Load this' }).click();
        await page.locator('.toast', { hasText: 'loaded' }).waitFor();
        await visit(page, '/projects');
        await page.getByRole('link', { name: 'Mine' }).waitFor();

        await server.control('POST', '/advance', { by: '1d' });
        await visit(page, '/world');
        await page.getByRole('button', { name: 'Reset the world' }).click();
        await page.getByRole('dialog').getByRole('button', { name: 'Reset' }).click();
        await page.locator('.toast', { hasText: 'begins anew' }).waitFor();
        assert.match((await server.control('GET', '/status')).now, /^2026-03-01T03:00:00/);
        page.noise = page.noise.filter((line) => !line.includes('422'));
      });
    } finally {
      assert.ok(await server.stop());
    }
  });

  test('another world that somebody else loads is noticed: its titles, and that nobody is there who was', async () => {
    const server = await Server.start('demo', '--speed', '0');
    try {
      await browser.open(server, kPath, async (page) => {
        await page.getByRole('heading', { level: 1, name: 'Demo' }).waitFor();
        // At the same platform time and with the same project, as after an edit of the world's file.
        await server.control('POST', '/load', { yaml: 'extends: demo\nprojects:\n  abcdef1234567:\n    title: Mine\n' });
        await page.getByRole('heading', { level: 1, name: 'Mine' }).waitFor();
        await server.control('POST', '/load', { yaml: 'users:\n  zoe: {}\nprojects:\n  abcdef1234567:\n    title: Of Zoe\n    owner: zoe\n    environments:\n      main: {type: production}\n' });
        await page.locator('.toast', { hasText: 'There is no alice in this world: signed in as zoe' }).waitFor();
        await page.getByRole('heading', { level: 1, name: 'Of Zoe' }).waitFor();
        await page.getByRole('button', { name: 'Signed in as zoe' }).waitFor();
        page.noise = page.noise.filter((line) => !/\b4(01|04|22)\b/.test(line)); // tokens of the world before, and of alice
      });
    } finally {
      assert.ok(await server.stop());
    }
  });

  test('when it is gone the page says so, and what to do', async () => {
    const server = await Server.start('demo', '--speed', '0');
    await browser.open(server, '/projects', async (page) => {
      assert.ok(await server.stop());
      await visit(page, '/clock');
      await page.getByRole('alert').getByText('The server does not answer').first().waitFor();
      await page.getByText('understudy serve').first().waitFor();
      page.noise = [];
    });
  });

  test('without the token, or with another, it asks for the link and takes it', async () => {
    const server = await Server.start('demo', '--speed', '0');
    try {
      const wrong = { url: server.url, console_url: `${server.url}/.understudy/console/#token=wrong` };
      await browser.open(wrong, '/journal', async (page) => {
        await page.getByText('printed when it started').waitFor();
        await page.getByLabel('Link or token').fill('#/journal');
        await page.getByRole('button', { name: 'Open the console' }).click();
        await page.getByText('There is no token in this text').waitFor();
        await page.getByLabel('Link or token').fill(server.console_url);
        await page.getByRole('button', { name: 'Open the console' }).click();
        await page.getByRole('heading', { name: 'Journal' }).waitFor();
        await settled(page);
        page.noise = page.noise.filter((line) => !line.includes('401'));
      });
    } finally {
      assert.ok(await server.stop());
    }
  });

  test('access tokens that end as platform time goes on are made anew', async () => {
    const server = await Server.start('demo', '--speed', '0');
    try {
      await browser.open(server, '/projects', async (page) => {
        await server.control('POST', '/advance', { by: '2h' });
        await visit(page, kPath);
        await page.getByRole('heading', { name: 'Demo' }).waitFor();
        await page.getByRole('heading', { name: 'About' }).waitFor();
        page.noise = page.noise.filter((line) => !line.includes('401'));
      });
    } finally {
      assert.ok(await server.stop());
    }
  });
});
