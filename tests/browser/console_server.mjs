// A running `understudy serve`, in a folder of its own, and its client: as somebody would use both.
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url));
export const program = process.env.UNDERSTUDY_PROGRAM ?? `${root}/build/release/harness/understudy`;

export class Server {
  #process;
  #ended;
  folder;
  url; // of the platform
  console_url; // with the control token

  /** `await Server.start('demo', '--speed', '0')` */
  static async start(world, ...options) {
    const server = new Server();
    server.folder = mkdtempSync(join(tmpdir(), 'understudy-console-'));
    server.#process = spawn(program, ['serve', '--world', `${root}/fixtures/worlds/${world}.yaml`, ...options], { cwd: server.folder, stdio: ['ignore', 'pipe', 'pipe'] });
    let said = '';
    server.#process.stderr.on('data', (text) => (said += text));
    server.#ended = once(server.#process, 'exit');
    for await (const line of createInterface({ input: server.#process.stdout })) {
      const found = line.match(/(http:\/\/[^/]+)\/\.understudy\/console\/#token=[\w-]+/);
      if (!found) continue;
      [server.console_url, server.url] = found;
      return server;
    }
    rmSync(server.folder, { recursive: true, force: true });
    throw new Error(`understudy serve ended before it said where it is: ${said}`);
  }

  get token() {
    return this.console_url.split('#token=')[1];
  }

  /** A question to the control API. */
  async control(method, path, body) {
    const response = await fetch(`${this.url}/.understudy/v1${path}`, { method, headers: { Authorization: `Bearer ${this.token}` }, body: body && JSON.stringify(body) });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    return response.status === 204 ? null : response.json();
  }

  /** What a shell prints that was told where the fake is: {code, out, error}. */
  shell(script, env = {}) {
    const line = `eval "$('${program}' serve --env)"; ${script}`;
    return new Promise((resolve) => {
      execFile('sh', ['-c', line], { cwd: this.folder, env: { ...process.env, ...env } }, (problem, out, error) => resolve({ code: problem ? problem.code : 0, out, error }));
    });
  }

  /** Ends it; true if it ended well. */
  async stop() {
    if (this.#process.exitCode === null) this.#process.kill('SIGTERM');
    const [code] = await this.#ended;
    rmSync(this.folder, { recursive: true, force: true });
    return code === 0;
  }
}
