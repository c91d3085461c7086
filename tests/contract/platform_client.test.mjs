// The platform's own JavaScript client (platformsh-client) against the fake: a second real client, so that the fake does not
// fit the first one only. Its build thinks that it runs in a browser everywhere: it cannot exchange an API token by itself, so
// most tests give it an access token, and one walks through its login as a browser would.
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { after, before, test } from 'node:test';
import { Fake } from './fake.mjs';

const require = createRequire(import.meta.url);
/** The library with nothing that an earlier one remembers: it keeps its login in a global. */
function freshLibrary() {
  delete require.cache[require.resolve('platformsh-client')];
  return require('platformsh-client');
}
const { default: Client, api, models } = freshLibrary();
const project = 'abcdef1234567';
console.log = () => {}; // the library talks

let fake;
before(async () => {
  fake = await Fake.start('demo');
});
after(() => fake.stop());

function settings(more) {
  return { api_url: `${fake.url}/api`, authentication_url: fake.url, account_url: fake.url, base_url: fake.url, authorization: `${fake.url}/oauth2/authorize`, client_id: 'console', ...more };
}

async function exchange(token) {
  const answer = await fetch(`${fake.url}/oauth2/token`, { method: 'POST', body: new URLSearchParams({ grant_type: 'api_token', api_token: token }) });
  return answer.json();
}

async function clientOf(name) {
  const { access_token } = await exchange(fake.tokens[name]);
  return new Client(settings({ access_token }));
}

const lastRequest = async () => (await fake.journal()).at(-1);

test('authentication: an access token is sent as a bearer and names its user', async () => {
  const client = await clientOf('alice');
  const me = await client.getAccountInfo(true);
  assert.equal(me.username, 'alice');
  assert.equal((await lastRequest()).user, 'alice');
});

test('authentication: an unknown access token is refused with the platform\'s error', async () => {
  const client = new Client(settings({ access_token: 'yesterday' }));
  await assert.rejects(client.getAccountInfo(true), (error) => error.code === 401 && /unknown/.test(error.message));
});

test('authentication: the API token goes to the token endpoint as JSON, too', async () => {
  const answer = await fetch(`${fake.url}/oauth2/token`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Authorization: `Basic ${btoa('platform-cli:')}` },
    body: JSON.stringify({ grant_type: 'api_token', api_token: fake.tokens.alice }),
  });
  assert.equal(answer.status, 200);
  assert.ok((await answer.json()).access_token);
});

test('authentication: a revoked API token is not exchanged', async () => {
  assert.deepEqual(Object.keys(await exchange(fake.tokens.revoked)).sort(), ['error', 'error_description']);
});

test('authentication: the client logs in through the browser with PKCE', async () => {
  const store = new Map();
  let gone;
  const location = { origin: fake.url, pathname: '/', search: '', hash: '', set href(url) { gone = url; } };
  globalThis.localStorage = { getItem: (key) => store.get(key) ?? null, setItem: (key, value) => store.set(key, String(value)), removeItem: (key) => store.delete(key) };
  globalThis.window = { location, crypto: globalThis.crypto, localStorage: globalThis.localStorage };
  try {
    const { default: Page } = freshLibrary();
    new Page(settings({ redirect_uri: `${fake.url}/console`, extra_params: { prompt: 'consent' } }));
    while (!gone) await new Promise((resolve) => setImmediate(resolve)); // its challenge is computed on the way
    const answer = await fetch(gone, { redirect: 'manual' });
    assert.equal(answer.status, 302);
    location.search = new URL(answer.headers.get('location')).search;
    assert.match(location.search, /code=/);

    // The page is loaded again, with the code in its address.
    const { default: Reloaded } = freshLibrary();
    const token = await new Reloaded(settings({ redirect_uri: `${fake.url}/console` })).getAccessToken();
    assert.ok(token.access_token);
    const exchanged = (await fake.journal()).filter((entry) => entry.target === '/oauth2/token').at(-1);
    assert.equal(JSON.parse(exchanged.body).grant_type, 'authorization_code');
    assert.equal(exchanged.status, 200);
  } finally {
    delete globalThis.localStorage;
    delete globalThis.window;
  }
});

test('reading: projects of an account', async () => {
  const client = await clientOf('alice');
  const found = await client.getProject(project);
  assert.equal(found.title, 'Demo');
  assert.equal((await client.getAccountInfo(true)).projects[0].id, project);
});

test('reading: environments, and one by its id with a slash', async () => {
  const client = await clientOf('alice');
  const environments = await client.getEnvironments(project);
  assert.deepEqual(environments.map((environment) => environment.id).sort(), ['feat/x', 'main', 'old', 'staging']);
  const one = await client.getEnvironment(project, encodeURIComponent('feat/x'));
  assert.equal(one.title, 'Feature X');
});

test('reading: the current deployment and its routes', async () => {
  const client = await clientOf('alice');
  const deployment = await client.getCurrentDeployment(project, 'main');
  assert.deepEqual(Object.keys(deployment.webapps), ['app']);
});

test('reading: people and environment types of a project', async () => {
  const client = await clientOf('alice');
  const types = await client.getProjectEnvironmentTypes(project);
  assert.deepEqual(types.map((type) => type.id).sort(), ['development', 'production', 'staging']);
});

test('changing: a sensitive variable is made and its value does not come back', async () => {
  const client = await clientOf('alice');
  const environment = await client.getEnvironment(project, 'main');
  await environment.setVariable('env:SECRET', 'value-of-a-secret', false, true, true, true, true, false);
  const variables = await environment.getVariables();
  const made = variables.find((variable) => variable.id === 'env:SECRET');
  assert.equal(made.is_sensitive, true);
  assert.ok(!JSON.stringify(made.data).includes('value-of-a-secret'));
});

test('changing: a variable is updated and deleted', async () => {
  const client = await clientOf('alice');
  const environment = await client.getEnvironment(project, 'staging');
  await environment.setVariable('COLOUR', 'red');
  await fake.advance('5m');
  await environment.setVariable('COLOUR', 'blue');
  const own = async () => (await environment.getVariables()).filter((variable) => !variable.inherited);
  const [variable] = await own();
  assert.equal(variable.value, 'blue');
  await variable.delete();
  assert.deepEqual(await own(), []);
});

test('changing: a backup is asked for, is an activity, and is there after its time', async () => {
  const environment = await (await clientOf('backup-bot')).getEnvironment(project, 'main');
  const activity = await environment.backup();
  assert.equal(activity.state, 'pending');
  assert.equal(activity.text, 'Backup Bot created a backup of Main');
  await fake.advance('20m'); // longer than an access token lives
  const client = await clientOf('backup-bot');
  const again = await client.getEnvironmentActivity(project, 'main', activity.id);
  assert.equal(again.result, 'success');
  const backups = await models.EnvironmentBackup.query({ projectId: project, environmentId: 'main' });
  assert.equal(backups.length, 1);
});

test('changing: the project gets another title', async () => {
  const client = await clientOf('alice');
  const found = await client.getProject(project);
  await found.update({ title: 'Renamed' });
  assert.equal((await client.getProject(project)).title, 'Renamed');
});

test('changing: an environment is branched and shows up when its activity is over', async () => {
  const client = await clientOf('alice');
  const environment = await client.getEnvironment(project, 'main');
  await environment.branch('New thing', 'development', undefined, 'new-thing');
  await fake.advance('10m');
  const branch = await client.getEnvironment(project, 'new-thing');
  assert.equal(branch.status, 'active');
  assert.equal(branch.parent, 'main');
});

test('errors: a project that does not exist is 404', async () => {
  const client = await clientOf('alice');
  await assert.rejects(client.getProject('nosuchproject'), (error) => error.code === 404);
});

test('errors: somebody without access is refused with 403', async () => {
  const client = await clientOf('stranger');
  await assert.rejects(client.getProject(project), (error) => error.code === 403);
});

test('errors: a viewer sees no operation that they may not use, and is refused when they try', async () => {
  const client = await clientOf('viewer-bot');
  const environment = await client.getEnvironment(project, 'main');
  assert.equal(environment.hasPermission('#backup'), false);
  await assert.rejects(api(`${fake.url}/api/projects/${project}/environments/main/backup`, 'POST', { safe: true }), (error) => error.code === 403);
});

test('errors: a bad value comes back with the field that is wrong', async () => {
  await clientOf('alice');
  const wrong = api(`${fake.url}/api/projects/${project}/variables`, 'POST', { name: 'A', value: 7 });
  await assert.rejects(wrong, (error) => error.code === 400 && /string/.test(error.detail.value));
});

test('errors: what the fake does not answer says so by name', async () => {
  await clientOf('alice');
  await assert.rejects(api(`${fake.url}/api/tickets`), (error) => error.code === 501 && error.detail.operation === 'list-tickets');
});
