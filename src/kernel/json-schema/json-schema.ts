import { hash } from 'node:crypto';
import '@hyperjump/json-schema/draft-2020-12';
import '@hyperjump/json-schema/formats-lite';
import { removeUriSchemePlugin } from '@hyperjump/browser';
import {
  setShouldValidateFormat,
  setShouldValidateSchema,
  type SchemaObject,
} from '@hyperjump/json-schema/draft-2020-12';
import {
  buildSchemaDocument,
  type CompiledSchema,
  compile,
  getSchema,
  interpret,
  setFormatHandler,
} from '@hyperjump/json-schema/experimental';
import * as Instance from '@hyperjump/json-schema/instance/experimental';
import { LRUCache } from 'lru-cache';
import { browserOf } from '../adapters/json-schema-browser';
import type { FieldError } from '../errors/app-error';
import { below } from '../json/json-pointer';
import { FaultCollector } from './fault-collector';
import { addOwnKeywords } from './own-keywords';

const DIALECT = 'https://json-schema.org/draft/2020-12/schema';
/** The id that a schema without an id has during compilation. */
const ROOT = 'urn:coresdk:schema';
/**
 * Values of every type. If a schema cannot be evaluated for one of these values, it refers to itself endlessly or to a schema that does not
 * exist.
 */
const PROBES = [null, true, 1, '', [], {}];
/** Keywords that identify a part of a schema. */
const IDENTIFIERS = new Set(['$anchor', '$dynamicAnchor', '$id']);
/** Maximum size of compiled schemas in memory, in UTF-16 units. URIs determine the size, because each part stores its whole URI. */
const KEPT_CHARS = 8 * 1_048_576;
/** Compiled schemas of the most recently used versions. */
const compiledOnes = new LRUCache<string, CompiledSchema>({
  max: 200,
  maxSize: KEPT_CHARS,
  sizeCalculation: ({ ast }) => Object.keys(ast).reduce((sum, uri) => sum + uri.length + 200, 1),
});

// No schema is fetched: a schema can refer only to its own parts.
for (const scheme of ['http', 'https', 'file']) removeUriSchemePlugin(scheme);
setShouldValidateFormat(true);
// The 2020-12 format also analyzes names in other scripts, and prints invalid names.
setFormatHandler(
  'https://json-schema.org/keyword/draft-2020-12/format',
  'hostname',
  'https://json-schema.org/format/draft-04/hostname',
);
// The code in this file validates schemas against the meta-schema instead, so that it can report each fault and its location.
setShouldValidateSchema(false);
addOwnKeywords();

/** Returns the faults of a schema according to JSON Schema 2020-12. @param text a schema that is within the size limits. */
export async function schemaFaults(text: string, pointer: string): Promise<readonly FieldError[]> {
  const schema = JSON.parse(text) as SchemaObject | boolean;
  const fault = dialectFault(schema, pointer);
  if (fault !== null) return [fault];
  try {
    const faults = faultsOf(await metaSchema(), schema, pointer);
    if (faults.length > 0) return faults;
    const compiled = await compileSchema(schema);
    for (const probe of PROBES) judge(compiled, probe, new FaultCollector(''));
    return [];
  } catch (error) {
    return [{ pointer, code: 'schema', message: messageOf(error) }];
  }
}

/**
 * Checks a JSON value against a schema that was checked at registration.
 * @returns the faults of the value by pointer; empty if it matches. Throws a `RangeError` for a value or a schema with endless recursion.
 */
export async function misfits(schemaText: string, valueText: string, pointer: string): Promise<readonly FieldError[]> {
  if (schemaText === 'true') return [];
  return faultsOf(await validatorOf(schemaText), JSON.parse(valueText), pointer);
}

async function validatorOf(text: string): Promise<CompiledSchema> {
  const name = hash('sha256', text, 'base64');
  const known = compiledOnes.get(name);
  if (known !== undefined) return known;
  const schema = JSON.parse(text) as SchemaObject | boolean;
  // A version may have been registered before this check existed.
  const fault = dialectFault(schema, '');
  if (fault !== null) throw new Error(`${fault.pointer} ${fault.message}`);
  const compiled = await compileSchema(schema);
  compiledOnes.set(name, compiled);
  return compiled;
}

function faultsOf(compiled: CompiledSchema, value: unknown, pointer: string): readonly FieldError[] {
  const collector = new FaultCollector(pointer);
  try {
    if (judge(compiled, value, collector)) return [];
  } catch (error) {
    if (error instanceof RangeError) throw error;
    // The cause is a format that throws for an unknown value, or a part of a schema that no keyword of the meta-schema reaches.
    return [{ pointer, code: 'schema', message: `cannot be checked: ${messageOf(error)}` }];
  }
  return collector.faults.length > 0
    ? collector.faults
    : [{ pointer, code: 'schema', message: 'does not match the schema' }];
}

function judge(compiled: CompiledSchema, value: unknown, collector: FaultCollector): boolean {
  return interpret(compiled, Instance.fromJs(value as never), { plugins: [collector] }).valid;
}

let compiledMetaSchema: Promise<CompiledSchema> | null = null;

function metaSchema(): Promise<CompiledSchema> {
  return (compiledMetaSchema ??= getSchema(DIALECT).then(compile));
}

/** Compiles a schema separately, so that other tenants' schemas cannot refer to its parts. */
async function compileSchema(schema: SchemaObject | boolean): Promise<CompiledSchema> {
  const document = buildSchemaDocument(schema, ROOT, DIALECT);
  try {
    return await compile(await getSchema(ROOT, browserOf(ROOT, document)));
  } finally {
    // The library stores a note for each unknown keyword until keywords are added again.
    addOwnKeywords();
  }
}

/**
 * Finds members that would change the rules for this schema or later schemas: a different dialect, a vocabulary, or a name in a constant.
 * Searches everywhere, because a reference can turn any value into a schema. @returns `null` if there is no such member.
 */
function dialectFault(value: unknown, pointer: string, isData = false): FieldError | null {
  if (typeof value !== 'object' || value === null) return null;
  for (const [name, member] of Object.entries(value)) {
    const at = below(pointer, name);
    if (name === '$schema' && typeof member === 'string' && member !== DIALECT) {
      return { pointer: at, code: 'dialect', message: `must be ${DIALECT} or absent` };
    }
    if (name === '$vocabulary') return { pointer: at, code: 'unsupported', message: 'vocabularies are not supported' };
    // Even in constants, the library treats these members as keywords, and would compare the value without them.
    if (isData && IDENTIFIERS.has(name) && typeof member === 'string') {
      return { pointer: at, code: 'unsupported', message: `"${name}" is not supported in constants` };
    }
    const found = dialectFault(member, at, isData || name === 'const' || name === 'enum');
    if (found !== null) return found;
  }
  return null;
}

function messageOf(error: unknown): string {
  if (error instanceof RangeError) return 'it refers to itself endlessly';
  return error instanceof Error ? error.message.slice(0, 500) : 'it cannot be compiled';
}
