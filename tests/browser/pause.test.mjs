// `understudy run --pause-on-failure`: somebody looks at the platform as a failed scenario left it. With the real client.
import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { Browser, skip } from './console_browser.mjs';
import { program } from './console_server.mjs';

const kScenario = `scenario: sets a variable and is not content
given: {world: demo}
steps:
- run: webpaas variable:create -p abcdef1234567 -e main --level environment --name env:MOOD --value pensive --no-wait --yes
- run: webpaas variable:get -p abcdef1234567 -e main env:MOOD --property value
  stdout: cheerful
---
scenario: is content
given: {world: demo}
steps:
- run: webpaas project:list
`;

class PausedRun {
  folder = mkdtempSync(join(tmpdir(), 'understudy-pause-'));
  said = '';
  #process;
  #exit;

  constructor(...options) {
    writeFileSync(join(this.folder, 'moody.yaml'), kScenario);
    // What it leaves for a while lies in its own TMPDIR.
    const env = { ...process.env, TMPDIR: this.folder, CI: '' };
    this.#process = spawn(program, ['run', 'moody.yaml', '--pause-on-failure', ...options], { cwd: this.folder, env, stdio: ['pipe', 'pipe', 'pipe'] });
    this.#exit = once(this.#process, 'exit');
    this.#process.stdout.on('data', (text) => (this.said += text));
    this.#process.stderr.on('data', (text) => {
      this.said += text;
      this.#process.emit('said');
    });
  }

  /** Until it has said so. */
  async wait_for(text) {
    while (!this.said.includes(text)) {
      const ended = await Promise.race([once(this.#process, 'said').then(() => false), this.#exit.then(() => true)]);
      assert.ok(!ended || this.said.includes(text), `ended before it said "${text}": ${this.said}`);
    }
  }
  go_on = () => this.#process.stdin.write('\n');
  kill = (signal) => this.#process.kill(signal);
  async ended() {
    const [code] = await this.#exit;
    return code;
  }
}

describe('run --pause-on-failure', { skip }, () => {
  let browser;
  let run;
  before(async () => {
    [browser, run] = [await Browser.launch(), new PausedRun()];
    await run.wait_for('Enter goes on');
  });
  after(async () => {
    run.kill('SIGKILL');
    await browser?.close();
    rmSync(run.folder, { recursive: true, force: true });
  });

  test('the console shows what the client asked for and what came of it', async () => {
    const [console_url, url] = run.said.match(/(http:\/\/[^/]+)\/\.understudy\/console\/#token=[\w-]+/);
    await browser.open({ url, console_url }, '/journal', async (page) => {
      await page.getByRole('link', { name: /^POST .*\/variables$/ }).first().waitFor();
    });
    const token = console_url.split('#token=')[1];
    const answer = await fetch(`${url}/.understudy/v1/status`, { headers: { Authorization: `Bearer ${token}` } });
    assert.equal((await answer.json()).speed, 0);
  });

  test('by hand the client finds the same platform', async () => {
    const line = run.said.match(/by hand {2}(.*)/)[1];
    const { stdout } = await promisify(execFile)('sh', ['-c', `${line}; webpaas variable:get -p abcdef1234567 -e main env:MOOD --property value`]);
    assert.equal(stdout.trim(), 'pensive');
  });

  test('no secret of the platform lies about but in the files of the sandbox', () => {
    assert.deepEqual(readdirSync(run.folder).filter((name) => name.endsWith('.platform')), []);
  });

  test('a line on standard input goes on to the next scenario, and the platform is gone', async () => {
    const url = run.said.match(/its platform is at (http:\/\/[\d.:]+)/)[1];
    run.go_on();
    assert.equal(await run.ended(), 1);
    assert.match(run.said, /1 passed, 1 failed|1 failed, 1 passed/);
    await assert.rejects(fetch(url));
    const kept = run.said.match(/by hand {2}cd (\S+)/)[1];
    assert.ok(existsSync(kept));
  });

  test('nobody is there under CI', async () => {
    const { code, stderr } = await new Promise((resolve) => {
      execFile(program, ['run', '--pause-on-failure', run.folder], { env: { ...process.env, CI: 'true' } }, (problem, _, stderr) => resolve({ code: problem?.code ?? 0, stderr }));
    });
    assert.equal(code, 2);
    assert.match(stderr, /refused under CI=true/);
  });

  test('Ctrl-C ends the pause and the run', async () => {
    const other = new PausedRun();
    await other.wait_for('Enter goes on');
    other.kill('SIGINT');
    assert.equal(await other.ended(), 130);
    rmSync(other.folder, { recursive: true, force: true });
  });
});
