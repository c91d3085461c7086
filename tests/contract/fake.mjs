// A running fake for tests: the program serve_world (tests/support), one for each test that wants its own state.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const program = process.env.UNDERSTUDY_SERVE_WORLD ?? `${root}/build/release/tests/serve_world`;

export class Fake {
  #process;
  #lines;

  /** `await Fake.start('demo')`: `url` and `tokens` (by name) are there. */
  static async start(world) {
    const fake = new Fake();
    fake.#process = spawn(program, [`${root}/fixtures/worlds`, world], { stdio: ['pipe', 'pipe', 'inherit'] });
    fake.#lines = createInterface({ input: fake.#process.stdout })[Symbol.asyncIterator]();
    return Object.assign(fake, await fake.#answer());
  }

  async #answer() {
    const { value, done } = await this.#lines.next();
    if (done) throw new Error('the fake has ended');
    const answer = JSON.parse(value);
    if (answer.error) throw new Error(answer.error);
    return answer;
  }

  advance(time) {
    this.#process.stdin.write(`advance ${time}\n`);
    return this.#answer();
  }

  journal() {
    this.#process.stdin.write('journal\n');
    return this.#answer();
  }

  async stop() {
    this.#process.stdin.end();
    if (this.#process.exitCode === null) await once(this.#process, 'exit');
  }
}
