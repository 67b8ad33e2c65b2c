import { hash } from 'node:crypto';
import Ajv2020, { type ErrorObject, type ValidateFunction } from 'ajv/dist/2020';
import addFormats from 'ajv-formats';
import { LRUCache } from 'lru-cache';
import { RE2JS } from 're2js';
import type { SkillFault } from '../thread-job';

const DIALECT = 'https://json-schema.org/draft/2020-12/schema';
const MAX_FAULTS = 20;
/** Compiled schemas of the versions that ran last. */
const compiledOnes = new LRUCache<string, ValidateFunction>({ max: 200 });

/** Patterns of tenants run in time linear in the text. A pattern is known by its text, which the compiler goes by. */
function linearPattern(pattern: string): { readonly test: (text: string) => boolean; readonly toString: () => string } {
  const compiled = RE2JS.compile(RE2JS.translateRegExp(pattern));
  return { test: (text) => compiled.matcher(text).find(), toString: () => pattern };
}
linearPattern.code = 'linearPattern';

/** A compiler of its own for each schema: one that is shared remembers the ids of one tenant's for the next. */
function compilerOf(isTrusted: boolean): Ajv2020 {
  const ajv = new Ajv2020({
    strict: false,
    allErrors: true,
    ownProperties: true,
    validateSchema: !isTrusted,
    addUsedSchema: false,
    logger: false,
    code: { regExp: linearPattern },
  });
  addFormats(ajv);
  return ajv;
}

/** What is wrong with a schema as a schema of JSON Schema 2020-12. @param text that has been held to its limits. */
export function schemaFaults(text: string, pointer: string): readonly SkillFault[] {
  const schema = JSON.parse(text) as boolean | Record<string, unknown>;
  if (typeof schema === 'object' && schema['$schema'] !== undefined && schema['$schema'] !== DIALECT) {
    return [{ pointer: `${pointer}/$schema`, code: 'dialect', message: `must be ${DIALECT}, or left out` }];
  }
  const async = asyncPointer(schema, pointer);
  if (async !== null) {
    const message = '`$async` is not supported: remove it. Values are checked synchronously.';
    return [{ pointer: async, code: 'unsupported', message }];
  }
  const ajv = compilerOf(false);
  if (ajv.validateSchema(schema) !== true) return (ajv.errors ?? []).slice(0, MAX_FAULTS).map(faultAt(pointer));
  try {
    ajv.compile(schema);
    return [];
  } catch (error) {
    const message = error instanceof Error ? error.message : 'it cannot be compiled';
    const hint = message.includes('Perl syntax') ? ' (patterns have no look-around and no back references)' : '';
    return [{ pointer, code: 'schema', message: message.slice(0, 500) + hint }];
  }
}

/**
 * Finds `$async`, a keyword of Ajv's own for which it answers a promise: that is no verdict, and its rejection ends the thread.
 * Looks everywhere, as a reference makes a schema of any value. @returns its JSON Pointer; `null` if there is none.
 */
function asyncPointer(value: unknown, pointer: string): string | null {
  if (typeof value !== 'object' || value === null) return null;
  for (const [name, member] of Object.entries(value)) {
    const at = `${pointer}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    if (name === '$async') return at;
    const found = asyncPointer(member, at);
    if (found !== null) return found;
  }
  return null;
}

/**
 * Checks a JSON text against a schema that was checked when it was registered. Only `true` from the validator lets it pass.
 * @returns the faults of the value by pointers; empty if it fits.
 */
export function misfits(schemaText: string, valueText: string, pointer: string): readonly SkillFault[] {
  if (schemaText === 'true') return [];
  const value: unknown = JSON.parse(valueText);
  const fits = validatorOf(schemaText);
  // A version may have been registered before `$async` was refused.
  const verdict: unknown = '$async' in fits ? null : fits(value);
  if (verdict === true) return [];
  if (verdict !== false) {
    const message = 'cannot be checked: its schema has `$async`. Register the skill again without it.';
    return [{ pointer, code: 'schema', message }];
  }
  return (fits.errors ?? []).slice(0, MAX_FAULTS).map(faultAt(pointer));
}

function validatorOf(text: string): ValidateFunction {
  const name = hash('sha256', text, 'base64');
  const known = compiledOnes.get(name);
  if (known !== undefined) return known;
  const validator = compilerOf(true).compile(JSON.parse(text) as boolean | object);
  compiledOnes.set(name, validator);
  return validator;
}

function faultAt(pointer: string): (error: ErrorObject) => SkillFault {
  return ({ instancePath, keyword, message, params }) => {
    const extra =
      typeof params['additionalProperty'] === 'string' ? `: ${params['additionalProperty'].slice(0, 100)}` : '';
    return {
      pointer: pointer + instancePath.slice(0, 500),
      code: keyword,
      message: `${message ?? 'does not fit'}${extra}`.slice(0, 500),
    };
  };
}
