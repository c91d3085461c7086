// What the browser asks when somebody looks around in the console, as a HAR: a recording as people make it. By hand:
//   UNDERSTUDY_CHROMIUM=$(command -v chromium) node tests/browser/console_har.mjs WORLD PROJECT FILE.har
import { Browser, visit } from './console_browser.mjs';
import { Server } from './console_server.mjs';

/** Every page of a project, and of the account. */
export async function record_console(browser, server, project, file) {
  const look = async (page) => {
    for (const part of ['', '/environments', '/variables', '/activities', '/access', '/backups']) {
      await visit(page, `/projects/${project}${part}`);
    }
    await visit(page, '/account/profile');
  };
  await browser.open(server, '/projects', look, { recordHar: { path: file, urlFilter: `${server.url}/api/**` } });
}

if (process.argv[1]?.endsWith('console_har.mjs')) {
  const [world = 'demo', project = 'abcdef1234567', file = 'console.har'] = process.argv.slice(2);
  const server = await Server.start(world, '--speed', '0');
  let browser;
  try {
    browser = await Browser.launch();
    await record_console(browser, server, project, file);
    console.log(`${file} is written`);
  } finally {
    await browser?.close();
    await server.stop();
  }
}
