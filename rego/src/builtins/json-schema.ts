import { BuiltinError } from '../errors.js';
import type { Budget } from '../evaluate/budget.js';
import { byteSizeOf } from '../values/byte-size.js';
import { JsonError, parseJson } from '../values/json.js';
import { RegoObject } from '../values/object.js';
import { stringifyJson } from '../values/stringify-json.js';
import { isArray } from '../values/type-name.js';
import type { Value } from '../values/value.js';
import type { Builtin } from './builtin.js';
import { compileSchema } from './json-schema/compile-schema.js';
import type { Finding } from './json-schema/findings.js';
import { SchemaFault } from './json-schema/schema-fault.js';
import type { SchemaNode } from './json-schema/schema-node.js';
import { validateDocument } from './json-schema/validate.js';
import { isObject } from './operands.js';

const MAX_DOCUMENT_BYTES = 8 * 1024 * 1024;
const BYTES_PER_MS = 20_000;
const BYTES_PER_STEP = 64;

/** `json.verify_schema` and `json.match_schema`: drafts 4, 6 and 7, without remote references, as in OPA's `topdown/jsonschema.go`. */
export const JSON_SCHEMA: readonly Builtin[] = [
  {
    name: 'json.verify_schema',
    args: [['string', 'object']],
    result: ['array'],
    call: ([schema], { budget }) => verify(schema ?? null, budget),
  },
  {
    name: 'json.match_schema',
    args: [
      ['string', 'object', 'array'],
      ['string', 'object'],
    ],
    result: ['array'],
    call: ([document, schema], { budget }) => match(document ?? null, schema ?? null, budget),
  },
];

function verify(schema: Value, budget: Budget): Value {
  try {
    compileSchema(loadDocument(schema, budget), budget);
    return [true, null];
  } catch (error) {
    if (error instanceof SchemaFault) {
      return [false, `jsonschema: ${error.message}`];
    }
    throw error;
  }
}

function match(document: Value, schema: Value, budget: Budget): Value {
  try {
    const loaded = loadDocument(document, budget);
    const compiled: SchemaNode = compileSchema(loadDocument(schema, budget), budget);
    const findings = validateDocument(compiled, loaded, budget);
    return [findings.length === 0, findings.map(describe)];
  } catch (error) {
    throw error instanceof SchemaFault ? new BuiltinError('eval_builtin_error', error.message) : error;
  }
}

function describe({ type, field, description }: Finding): Value {
  return RegoObject.of([
    ['error', `${field}: ${description}`],
    ['type', type],
    ['field', field],
    ['desc', description],
  ]);
}

/** Parses JSON text; converts sets to arrays and keys to strings. */
function loadDocument(value: Value, budget: Budget): Value {
  if (typeof value !== 'string' && !isArray(value) && !isObject(value)) {
    throw new SchemaFault('wrong type, expected string or object');
  }
  const size = byteSizeOf(value);
  budget.reserve(size / BYTES_PER_MS);
  budget.step(1 + Math.ceil(size / BYTES_PER_STEP));
  budget.allocate(4 * size);
  try {
    return parseJson(typeof value === 'string' ? value : stringifyJson(value), { maxBytes: MAX_DOCUMENT_BYTES });
  } catch (error) {
    throw error instanceof JsonError ? new SchemaFault('invalid JSON string') : error;
  }
}
