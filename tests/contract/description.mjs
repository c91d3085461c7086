// The published API description, made ready for a JSON Schema validator. It is read from where it lies, never copied.
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import Ajv from 'ajv';
import addFormats from 'ajv-formats';

export const usualPlace = fileURLToPath(new URL('../../../shared/data/openapi-platformsh.json', import.meta.url));

/** The description, or null where it is absent. */
export function readDescription(file = usualPlace) {
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : null;
}

/** OpenAPI 3.0 says `nullable`; JSON Schema says so in `type` and `enum`. */
function translate(schema) {
  if (Array.isArray(schema)) return schema.map(translate);
  if (schema === null || typeof schema !== 'object') return schema;
  const result = {};
  for (const [key, value] of Object.entries(schema)) {
    if (['nullable', 'example', 'examples', 'discriminator', 'xml', 'externalDocs', 'deprecated', 'readOnly', 'writeOnly'].includes(key)) {
      if (!isPropertyMap(schema)) continue;
    }
    result[key] = translate(value);
  }
  if (schema.nullable !== true || isPropertyMap(schema)) return result;
  if (result.enum && !result.enum.includes(null)) result.enum = [...result.enum, null];
  if (typeof result.type === 'string') return { ...result, type: [result.type, 'null'] };
  return { anyOf: [result, { type: 'null' }] };
}

/** A map from property names to schemas may have a property that is called `example`. */
function isPropertyMap(schema) {
  return Object.values(schema).every((value) => value !== null && typeof value === 'object' && !Array.isArray(value));
}

function everyObjectSchema(schema, visit) {
  if (Array.isArray(schema)) return schema.forEach((item) => everyObjectSchema(item, visit));
  if (schema === null || typeof schema !== 'object') return;
  if (schema.properties && typeof schema.properties === 'object') visit(schema);
  for (const value of Object.values(schema)) everyObjectSchema(value, visit);
}

/** Changes the schemas as one line of deviations.mjs says. Throws if it names a schema that does not exist. */
function deviate(description, { schema: name, property, change }) {
  const named = name === '*' ? description : description.components.schemas[name];
  if (!named) throw new Error(`deviations.mjs: there is no schema "${name}"`);
  everyObjectSchema(named, (schema) => {
    if (change === 'extra' && schema.additionalProperties === false) schema.properties[property] ??= {};
    if (change === 'absent') schema.required = (schema.required ?? []).filter((key) => key !== property);
    if (change === 'other' && property in schema.properties) schema.properties[property] = {};
  });
}

export class Contract {
  #ajv = new Ajv({ strict: false, allErrors: true, validateFormats: true });
  #operations = new Map();
  #validators = new Map();

  constructor(description, deviations = []) {
    const translated = translate(description);
    for (const deviation of deviations) deviate(translated, deviation);
    addFormats(this.#ajv);
    for (const format of ['float', 'double', 'int32', 'ulid', 'url', 'binary', 'byte', 'ISO ALPHA-2']) this.#ajv.addFormat(format, true);
    this.#ajv.addSchema({ ...translated, $id: 'description' });
    for (const [path, methods] of Object.entries(translated.paths)) {
      for (const [method, operation] of Object.entries(methods)) {
        if (operation?.operationId) this.#operations.set(operation.operationId, { path, method, operation });
      }
    }
  }

  operations() {
    return [...this.#operations.entries()].map(([id, { path, method }]) => ({ id, path, method: method.toUpperCase() }));
  }

  /**
   * What is wrong with a response: a list of texts, or null if the description says nothing of it.
   * The client takes every 2xx alike, and the description often writes 200 for 201 or 202; the body is what counts.
   */
  judge(operationId, status, body) {
    const found = this.#operations.get(operationId);
    if (!found) return null;
    const responses = found.operation.responses;
    const success = Object.keys(responses).find((key) => key.startsWith('2')) ?? 'default';
    const key = responses[status] ? String(status) : status < 300 ? success : null;
    const schema = key && responses[key]?.content?.['application/json']?.schema;
    if (!schema) return null;
    let value;
    try {
      value = JSON.parse(body);
    } catch {
      return [`the body is no JSON: ${body.slice(0, 60)}`];
    }
    const validate = this.#validator(found, key);
    if (validate(value)) return [];
    return [...new Set(nearestBranches(validate.errors).map(describe))];
  }

  #validator({ path, method }, key) {
    const pointer = ['paths', path, method, 'responses', key, 'content', 'application/json', 'schema']
      .map((part) => encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1')))
      .join('/');
    if (!this.#validators.has(pointer)) this.#validators.set(pointer, this.#ajv.compile({ $ref: `description#/${pointer}` }));
    return this.#validators.get(pointer);
  }
}

/** Of a choice that no branch fits, only the branch that comes nearest: the others say what nobody meant. */
function nearestBranches(errors) {
  let left = errors;
  for (const choice of errors.filter((error) => error.keyword === 'oneOf' || error.keyword === 'anyOf')) {
    const inside = left.filter((error) => error !== choice && error.instancePath.startsWith(choice.instancePath));
    if (choice.params.passingSchemas) {
      // Two branches that say the same of other types: the description cannot tell them apart, and need not.
      left = left.filter((error) => error !== choice && !inside.includes(error));
      continue;
    }
    const branches = groupBy(inside, branchOf);
    const nearest = [...branches.values()].sort((a, b) => a.length - b.length)[0];
    if (nearest) left = left.filter((error) => error !== choice && (!inside.includes(error) || nearest.includes(error)));
  }
  return left;
}

const branchOf = (error) => /schemas\/([^/]+)/.exec(error.schemaPath)?.[1] ?? /oneOf\/\d+/.exec(error.schemaPath)?.[0] ?? '';

function groupBy(items, key) {
  const groups = new Map();
  for (const item of items) groups.set(key(item), [...(groups.get(key(item)) ?? []), item]);
  return groups;
}

/** "/3/state: must be string (Activity)", with list indexes folded so that a thousand items are one line. */
function describe(error) {
  const schema = /schemas\/([^/]+)/.exec(error.schemaPath)?.[1] ?? '';
  const at = error.instancePath.replace(/\/(\d+|[0-9a-f]{8}-[0-9a-f-]{27})(?=\/|$)/g, '/*');
  const what = error.params.additionalProperty ?? error.params.missingProperty ?? '';
  return `${at || '/'}: ${error.message}${what && !error.message.includes(what) ? ` "${what}"` : ''}${schema ? ` (${schema})` : ''}`;
}
