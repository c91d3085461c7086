// The validator itself: what it must find, or a green report would say nothing.
import assert from 'node:assert/strict';
import test from 'node:test';
import { Contract, readDescription } from './description.mjs';

const description = {
  openapi: '3.0.1',
  paths: {
    '/things/{id}': {
      get: {
        operationId: 'get-thing',
        responses: {
          200: { content: { 'application/json': { schema: { $ref: '#/components/schemas/Thing' } } } },
          404: { content: { 'application/json': { schema: { type: 'object', required: ['message'] } } } },
        },
      },
    },
    '/things': { post: { operationId: 'create-thing', responses: { default: { content: { 'application/json': { schema: { $ref: '#/components/schemas/Thing' } } } } } } },
    '/gone': { delete: { operationId: 'delete-thing', responses: { 204: { description: 'gone' } } } },
  },
  components: {
    schemas: {
      Thing: {
        type: 'object',
        required: ['name', 'at'],
        additionalProperties: false,
        properties: {
          name: { type: 'string' },
          at: { type: 'string', format: 'date-time', nullable: true },
          state: { type: 'string', enum: ['on', 'off'], nullable: true },
          example: { type: 'integer' },
        },
      },
    },
  },
};
const at = '2026-03-01T03:00:00.000000+00:00';
const judge = (value, deviations = [], operation = 'get-thing', status = 200) =>
  new Contract(description, deviations).judge(operation, status, typeof value === 'string' ? value : JSON.stringify(value));

test('a response that fits has nothing wrong with it', () => {
  assert.deepEqual(judge({ name: 'a', at }), []);
});

test('nullable fields may be null, others may not', () => {
  assert.deepEqual(judge({ name: 'a', at: null, state: null }), []);
  assert.match(judge({ name: null, at })[0], /\/name: must be string/);
});

test('a field that is missing, unknown or of another type is found', () => {
  assert.match(judge({ at })[0], /must have required property 'name'/);
  assert.match(judge({ name: 'a', at, more: 1 })[0], /"more"/);
  assert.match(judge({ name: 'a', at: 'yesterday' })[0], /must match format "date-time"/);
  assert.match(judge({ name: 'a', at, state: 'broken' })[0], /allowed values/);
  assert.match(judge({ name: 'a', at, example: 'x' })[0], /\/example: must be integer/);
});

test('a body that is no JSON is found', () => {
  assert.match(judge('<html>')[0], /no JSON/);
});

test('every 2xx is held to the success that is described, and an error to its own', () => {
  assert.equal(judge({ at }, [], 'get-thing', 202).length, 1);
  assert.equal(judge({ at }, [], 'create-thing', 201).length, 1);
  assert.deepEqual(judge({ message: 'no' }, [], 'get-thing', 404), []);
  assert.equal(judge({}, [], 'get-thing', 404).length, 1);
});

test('of a choice that does not fit, the branch that comes nearest is shown, and a choice of equals fits', () => {
  const choice = structuredClone(description);
  choice.components.schemas.Other = { type: 'object', required: ['a', 'b', 'c'], properties: { a: { type: 'integer' } } };
  choice.components.schemas.Twin = choice.components.schemas.Thing;
  const schema = { oneOf: [{ $ref: '#/components/schemas/Other' }, { $ref: '#/components/schemas/Thing' }] };
  choice.paths['/things/{id}'].get.responses[200].content['application/json'].schema = schema;
  const of = (value) => new Contract(choice).judge('get-thing', 200, JSON.stringify(value));

  assert.deepEqual(of({ name: 'a', at }), []);
  assert.equal(of({ name: 'a', at, more: 1 }).length, 1);
  assert.match(of({ name: 'a', at, more: 1 })[0], /"more" \(Thing\)/);
  schema.oneOf.push({ $ref: '#/components/schemas/Twin' });
  assert.deepEqual(of({ name: 'a', at }), []);
});

test('what is not described is not judged', () => {
  assert.equal(judge({}, [], 'no-such-operation'), null);
  assert.equal(judge('', [], 'delete-thing', 204), null);
  assert.equal(judge({}, [], 'get-thing', 500), null);
});

test('a deviation allows what it names and nothing else', () => {
  assert.deepEqual(judge({ name: 'a', at, more: 1 }, [{ schema: 'Thing', property: 'more', change: 'extra' }]), []);
  assert.deepEqual(judge({ at }, [{ schema: 'Thing', property: 'name', change: 'absent' }]), []);
  assert.deepEqual(judge({ name: 7, at }, [{ schema: '*', property: 'name', change: 'other' }]), []);
  assert.equal(judge({ name: 'a', at, other: 1 }, [{ schema: 'Thing', property: 'more', change: 'extra' }]).length, 1);
  assert.throws(() => judge({}, [{ schema: 'Thong', property: 'a', change: 'extra' }]), /no schema "Thong"/);
});

const published = readDescription();
test('the published description can be read as a whole', { skip: published ? false : 'it is not there' }, async () => {
  const { deviations } = await import('./deviations.mjs');
  const contract = new Contract(published, deviations);
  assert.ok(contract.operations().length > 200);
  for (const deviation of deviations) assert.ok(deviation.reason.length > 20, `${deviation.property} has no reason`);
});
