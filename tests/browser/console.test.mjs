// The console as somebody uses it who follows the guide: tokens, the journal, the clock. With the real client.
import { get } from 'node:http';
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { Browser, settled, skip, visit } from './console_browser.mjs';
import { program, root, Server } from './console_server.mjs';

const kProject = 'abcdef1234567';

/** Everything that the page still holds: its elements and their values, and its storages. */
const whole_page = (page) =>
  page.evaluate(() => {
    const values = [...document.querySelectorAll('input, textarea')].map((each) => each.value);
    return [document.documentElement.outerHTML, ...values, JSON.stringify(localStorage), JSON.stringify(sessionStorage), document.cookie, location.href, document.title, history.length].join('\n');
  });

const new_token = async (page, name) => {
  await page.getByRole('button', { name: 'Create an API token' }).click();
  await page.getByLabel('Name').fill(name);
  await page.getByRole('button', { name: 'Create API token' }).click();
  const value = await page.locator('#new-token-value').textContent();
  assert.match(value, /^\S{20,}$/);
  return value;
};

describe('console', { skip }, () => {
  let browser;
  let server;
  before(async () => {
    server = await Server.start('guide', '--speed', '0');
    browser = await Browser.launch(); // one after the other: what was started is known, and ended, if the next cannot start
  });
  after(async () => {
    await browser?.close();
    if (server) assert.ok(await server.stop());
  });

  test('the control token leaves the address bar at once', () =>
    browser.open(server, '/projects', async (page) => {
      assert.equal(page.url(), `${server.url}/.understudy/console/#/projects`);
      await page.getByRole('link', { name: 'Guide' }).waitFor();
      await page.reload(); // this tab still has it
      await page.getByRole('link', { name: 'Guide' }).waitFor();
    }));

  test('the guide: create an API token, copy it, and the client logs in with it', () =>
    browser.open(server, '/projects', async (page) => {
      // In the menu of the user, "Account settings"; there the tab "API tokens".
      await page.getByRole('button', { name: 'Signed in as alice' }).click();
      await page.getByRole('menuitem', { name: 'Account settings' }).click();
      await page.getByRole('tab', { name: 'API tokens' }).waitFor();
      const value = await new_token(page, 'guide');
      await page.getByText('it is shown only once').waitFor();
      await page.getByRole('button', { name: 'Copy' }).click();
      await page.locator('.toast', { hasText: 'API token copied' }).waitFor();
      const token = await page.evaluate(() => navigator.clipboard.readText());
      assert.equal(token, value);

      const listed = await server.shell('OVHCLOUD_WEBPAAS_CLI_TOKEN=$GIVEN webpaas project:list --format csv --columns id,title', { GIVEN: token });
      assert.equal(listed.code, 0, listed.error);
      assert.match(listed.out, new RegExp(`${kProject},Guide`));

      await page.getByRole('link', { name: 'Journal' }).click();
      await page.getByRole('link', { name: 'POST /oauth2/token' }).first().waitFor();
      await page.getByRole('link', { name: 'GET /me' }).first().waitFor();

      // Gone after leaving the page, and coming back brings nothing back.
      assert.ok(!(await whole_page(page)).includes(token));
      await page.goBack();
      await settled(page);
      await page.getByRole('cell', { name: 'guide', exact: true }).waitFor();
      assert.ok(!(await whole_page(page)).includes(token));

      // Revoked: once what was logged in before has ended, the client is refused.
      await page.getByRole('button', { name: 'Revoke guide' }).click();
      await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click();
      await page.getByRole('cell', { name: 'guide', exact: true }).waitFor({ state: 'detached' });
      await visit(page, '/clock');
      await page.getByRole('button', { name: 'Advance by one hour' }).click();
      await page.locator('.toast').first().waitFor();
      const refused = await server.shell('OVHCLOUD_WEBPAAS_CLI_TOKEN=$GIVEN webpaas project:list', { GIVEN: token });
      assert.notEqual(refused.code, 0);
      assert.match(refused.error, /revoked|invalid/i);
    }));

  test('a token’s value is in no answer of the journal, and not shown twice', () =>
    browser.open(server, '/account/api-tokens', async (page) => {
      const token = await new_token(page, 'covered');
      await page.getByRole('button', { name: 'Done' }).click();
      assert.ok(!(await whole_page(page)).includes(token));
      await visit(page, '/journal?console=1&method=POST&text=api-tokens');
      await page.getByRole('link', { name: /POST .*api-tokens/ }).first().click();
      await page.getByText('[secret API token covered').first().waitFor();
      assert.ok(!(await whole_page(page)).includes(token));
    }));

  test('by keyboard alone: a token is created, and its dialog keeps the focus', () =>
    browser.open(server, '/projects', async (page) => {
      const focused = () => page.evaluate(() => document.activeElement.getAttribute('aria-label') ?? document.activeElement.textContent);
      const tab_to = async (wanted) => {
        for (let i = 0; i < 40; ++i) {
          if ((await focused())?.includes(wanted)) return;
          await page.keyboard.press('Tab');
        }
        assert.fail(`no way to ${wanted} by Tab`);
      };
      await page.keyboard.press('Tab');
      assert.equal(await focused(), 'Skip to content');
      await page.keyboard.press('Enter');
      assert.equal(await focused(), 'Projects');
      await page.keyboard.press('Shift+Tab'); // back through the list of places
      await page.keyboard.press('g');
      await page.keyboard.press('t');
      await page.getByRole('heading', { name: 'Account settings' }).waitFor();
      assert.equal(await focused(), 'Account settings');
      await tab_to('Create an API token');
      await page.keyboard.press('Enter');
      const dialog = page.getByRole('dialog', { name: 'Create an API token' });
      await dialog.waitFor();
      for (let i = 0; i < 6; ++i) {
        assert.ok(await dialog.evaluate((element) => element.contains(document.activeElement)));
        await page.keyboard.press('Tab');
      }
      await page.keyboard.press('Escape');
      await dialog.waitFor({ state: 'detached' });
      assert.equal(await focused(), 'Create an API token');
      await page.keyboard.press('Enter');
      await page.keyboard.type('by hand');
      await page.keyboard.press('Enter');
      await page.locator('#new-token-value').waitFor();
      assert.equal(await focused(), 'Copy');
      await page.keyboard.press('Enter');
      await page.locator('.toast', { hasText: 'API token copied' }).waitFor();
      assert.equal(await page.evaluate(() => navigator.clipboard.readText()), await page.locator('#new-token-value').textContent());
    }));

  test('a name that is taken is refused where it was typed', () =>
    browser.open(server, '/account/api-tokens', async (page) => {
      await new_token(page, 'twice');
      await page.getByRole('button', { name: 'Create an API token' }).click();
      await page.getByLabel('Name').fill('twice');
      await page.getByRole('button', { name: 'Create API token' }).click();
      await page.getByRole('dialog').getByText('exists already').waitFor();
      assert.equal(await page.getByLabel('Name').inputValue(), 'twice');
      await page.keyboard.press('Escape');
      page.noise = page.noise.filter((line) => !line.includes('409')); // the browser says it, too
    }));

  test('somebody else signs in: the journal knows them apart, and rights are theirs', () =>
    browser.open(server, `/projects/${kProject}/variables`, async (page) => {
      await page.getByRole('button', { name: 'Signed in as alice' }).click();
      const groups = await page.getByRole('menu').getByRole('group').allTextContents();
      assert.ok(groups.some((text) => text.includes('a person') && text.includes('alice')), groups.join(' | '));
      assert.ok(groups.some((text) => text.includes('machine user') && text.includes('backup-bot')), groups.join(' | '));
      await page.getByRole('menuitemradio', { name: 'viewer-bot' }).click();
      await page.getByRole('button', { name: 'Signed in as viewer-bot' }).waitFor();
      await page.getByRole('button', { name: 'Create a variable' }).click();
      await page.getByLabel('Name').fill('X');
      await page.getByRole('dialog').getByRole('button', { name: 'Create variable' }).click();
      await page.getByRole('dialog').getByText('Sign in as somebody with a stronger role').waitFor();
      await page.keyboard.press('Escape');
      await visit(page, '/journal?console=1&user=viewer-bot&status=4');
      await page.getByRole('link', { name: new RegExp(`POST /api/projects/${kProject}/variables`) }).click();
      const details = page.getByRole('region', { name: 'Details of the request' });
      await details.getByText('viewer on').waitFor();
      page.noise = page.noise.filter((line) => !line.includes('403'));
    }));

  describe('journal', () => {
    test('it is live, can be filtered, paused and cleared', () =>
      browser.open(server, '/journal', async (page) => {
        await page.getByRole('button', { name: 'Clear' }).click();
        await page.getByRole('dialog').getByRole('button', { name: 'Clear' }).click();
        await page.getByText('No requests yet').waitFor();
        await fetch(`${server.url}/api/users/nobody`);
        await page.getByRole('link', { name: 'GET /api/users/nobody' }).waitFor();
        await fetch(`${server.url}/api/no/such/thing`);
        const unanswered = page.getByRole('row', { name: /GET \/api\/no\/such\/thing/ });
        await unanswered.waitFor();
        assert.match(await unanswered.textContent(), /no route/);
        assert.match(await unanswered.getAttribute('class'), /unanswered/);

        await page.getByLabel('Show').selectOption('unanswered');
        await page.getByRole('link', { name: 'GET /api/users/nobody' }).waitFor({ state: 'detached' });
        assert.match(page.url(), /only=unanswered/);
        await page.getByLabel('Show').selectOption('');
        await page.keyboard.press('/');
        await page.getByLabel('Text').fill('no rows for this');
        await page.getByText('No request fits').waitFor();
        await page.getByRole('button', { name: 'show all' }).click();
        await unanswered.waitFor();

        await page.getByRole('button', { name: 'Pause' }).click();
        await fetch(`${server.url}/api/while/paused`);
        await page.getByText('paused, 1 new').waitFor();
        assert.equal(await page.getByRole('link', { name: 'GET /api/while/paused' }).count(), 0);
        await page.getByRole('button', { name: 'Go on' }).click();
        await page.getByRole('link', { name: 'GET /api/while/paused' }).waitFor();
      }));

    test('who was not let in is shown, and why', () =>
      browser.open(server, '/journal', async (page) => {
        await new Promise((resolve, reject) => get(`${server.url}/at/the/door`, { headers: { Host: 'evil.example' } }, (response) => response.resume().on('end', resolve)).on('error', reject));
        const row = page.getByRole('row', { name: /GET \/at\/the\/door/ });
        await row.waitFor();
        assert.match(await row.textContent(), /421 not let in/);
        assert.match(await row.textContent(), /it is for the host evil\.example/);
        await page.getByRole('link', { name: 'GET /at/the/door' }).click();
        const details = page.getByRole('region', { name: 'Details of the request' });
        await details.getByText('This request did not reach the platform').waitFor();
        assert.equal(await details.getByText('Nobody answered this request').count(), 0);
      }));

    test('the console’s own requests are hidden until they are asked for', () =>
      browser.open(server, '/projects', async (page) => {
        await visit(page, '/journal');
        const own = page.getByRole('link', { name: 'GET /api/projects', exact: true });
        await page.getByLabel('Console’s own requests').waitFor();
        assert.equal(await own.count(), 0);
        await page.getByLabel('Console’s own requests').check();
        await own.first().waitFor();
      }));

    test('a request’s curl line can be run, and its step is one', async () => {
      const folder = mkdtempSync(join(tmpdir(), 'understudy-step-'));
      try {
        await browser.open(server, '/journal', async (page) => {
          const { value } = await server.control('POST', '/tokens', { user: 'alice', kind: 'access', name: 'by hand' });
          const path = `/api/projects/${kProject}/variables`;
          const body = { name: "it's $HOME", value: 'a "b" \\ c', is_sensitive: false };
          const headers = { Authorization: `Bearer ${value}`, 'Content-Type': 'application/json' };
          assert.equal((await fetch(server.url + path, { method: 'POST', headers, body: JSON.stringify(body) })).status, 201);
          await page.getByRole('link', { name: `POST ${path}` }).first().click();
          await page.getByRole('heading', { name: `POST ${path}` }).waitFor();

          await page.getByRole('button', { name: 'Copy as curl' }).click();
          await page.locator('.toast', { hasText: 'Curl line copied' }).waitFor();
          const line = await page.evaluate(() => navigator.clipboard.readText());
          assert.match(line, /^curl /);
          assert.ok(!line.includes(value));
          const again = JSON.parse(execFileSync('sh', ['-c', line], { env: { ...process.env, TOKEN: value } }).toString());
          assert.match(JSON.stringify(again), /already exists/); // the very same request

          await page.getByRole('button', { name: 'Copy as scenario step' }).click();
          await page.locator('.toast', { hasText: 'Scenario step copied' }).waitFor();
          const step = await page.evaluate(() => navigator.clipboard.readText());
          const file = join(folder, 'copied.yaml');
          writeFileSync(file, `scenario: copied\nsteps:\n${step}`);
          execFileSync(program, ['lint', file], { cwd: root, stdio: 'pipe' });
        });
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    });

    test('keys walk along the requests, Escape closes what is open', () =>
      browser.open(server, '/journal', async (page) => {
        for (const name of ['one', 'two', 'three']) await fetch(`${server.url}/api/walk/${name}`);
        await page.getByRole('link', { name: 'GET /api/walk/three' }).click();
        const heading = page.getByRole('heading', { level: 2 });
        await heading.getByText('GET /api/walk/three').waitFor();
        await page.keyboard.press('j');
        await heading.getByText('GET /api/walk/two').waitFor();
        await page.keyboard.press('j');
        await heading.getByText('GET /api/walk/one').waitFor();
        await page.keyboard.press('k');
        await heading.getByText('GET /api/walk/two').waitFor();
        await page.goBack();
        await heading.getByText('GET /api/walk/one').waitFor();
        await page.getByRole('button', { name: 'Copy as curl' }).focus();
        await page.keyboard.press('Escape');
        await page.getByRole('region', { name: 'Details of the request' }).waitFor({ state: 'detached' });
        assert.equal(await page.evaluate(() => document.activeElement.getAttribute('title')), 'GET /api/walk/one');
      }));
  });

  describe('clock', () => {
    const shown = (page) => page.evaluate(() => `${document.querySelector('.big-date').textContent} ${document.querySelector('.big-time').textContent}`);

    test('it is moved by hand, and the timeline shows what happened meanwhile', () =>
      browser.open(server, '/clock', async (page) => {
        const before_time = (await server.control('GET', '/status')).now;
        assert.equal(`${(await shown(page)).replace(' ', 'T')}`, before_time.slice(0, 19));
        const made = await server.shell(`webpaas backup:create -p ${kProject} -e master --yes --no-wait`);
        assert.equal(made.code, 0, made.error);
        await page.getByRole('button', { name: 'Advance by one hour' }).click();
        await page.waitForFunction((old) => !document.querySelector('.clock-pill time').getAttribute('datetime').startsWith(old), before_time.slice(0, 19));
        const hour_later = new Date(Date.parse(before_time) + 3_600_000).toISOString().slice(11, 19);
        await page.waitForFunction((time) => document.querySelector('.big-time').textContent === time, hour_later);
        const { now } = await server.control('GET', '/status');
        assert.equal(new Date(now) - new Date(before_time), 3_600_000);
        assert.equal((await shown(page)).replace(' ', 'T'), now.slice(0, 19));

        const span = page.getByRole('img', { name: /backup.*working/ }).last();
        await span.waitFor();
        await span.focus();
        const tooltip = page.getByRole('tooltip');
        await tooltip.waitFor();
        assert.match(await tooltip.textContent(), /12m/);
        await page.getByText('The same as a table').click();
        await page.getByRole('region', { name: 'Timeline as a table' }).getByRole('cell', { name: '12m' }).first().waitFor();
      }));

    test('arrow keys move among what happened', () =>
      browser.open(server, '/clock?range=0', async (page) => {
        const names = page.locator('.chart [role=img]');
        await names.first().waitFor();
        assert.ok((await names.count()) > 1);
        assert.equal(await page.locator('.chart [tabindex="0"]').count(), 1);
        await page.locator('.chart [tabindex="0"]').focus();
        await page.keyboard.press('Home');
        const first = await page.evaluate(() => document.activeElement.getAttribute('aria-label'));
        await page.keyboard.press('ArrowRight');
        assert.notEqual(await page.evaluate(() => document.activeElement.getAttribute('aria-label')), first);
        assert.equal(await page.locator('.chart [tabindex="0"]').count(), 1);
      }));

    test('its speed can be changed, and time then goes on by itself', () =>
      browser.open(server, '/clock', async (page) => {
        await page.getByLabel('Speed').selectOption('60');
        const at = await shown(page);
        await page.waitForFunction((old) => `${document.querySelector('.big-date').textContent} ${document.querySelector('.big-time').textContent}` > old, at);
        await page.getByLabel('Speed').selectOption('0');
        await page.getByText('It stands still').waitFor();
      }));

    test('it goes on to a time, and says why it does not go back', () =>
      browser.open(server, '/clock', async (page) => {
        await page.getByLabel('Go on to (UTC)').fill('2026-03-05T12:30');
        await page.getByRole('button', { name: 'Go', exact: true }).click();
        await page.waitForFunction(() => document.querySelector('.big-time').textContent === '12:30:00');
        await page.getByLabel('Go on to (UTC)').fill('2026-03-01T00:00');
        await page.getByRole('button', { name: 'Go', exact: true }).click();
        await page.locator('.toast.bad', { hasText: 'time does not go back' }).waitFor();
        page.noise = page.noise.filter((line) => !line.includes('409'));
      }));
  });

  test('a HAR that the browser records of the console holds its requests', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'understudy-har-'));
    try {
      const { record_console } = await import('./console_har.mjs');
      const file = join(folder, 'console.har');
      await record_console(browser, server, kProject, file);
      const { log } = JSON.parse(readFileSync(file, 'utf8'));
      assert.equal(log.version, '1.2');
      const asked = log.entries.map((entry) => `${entry.request.method} ${new URL(entry.request.url).pathname}`);
      assert.ok(asked.includes('GET /api/projects'));
      assert.ok(asked.includes(`GET /api/projects/${kProject}/environments`));
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
