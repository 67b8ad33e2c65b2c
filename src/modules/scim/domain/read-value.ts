import { isDeepStrictEqual } from 'node:util';
import { isDateTime } from './filter/bind-filter';
import type { Dialect } from './dialect';
import { ScimError } from '../contract/scim-error';
import { subAttribute } from './schema/resource-model';
import { type AttributeDefinition, isObject, type ScimObject, type ScimValue } from './schema/schema.types';

const VALUE_LIMITS = {
  /** Maximum length of a string, in characters. */
  maxChars: 8_192,
  /** Maximum number of values of an attribute other than `members`. */
  maxValues: 500,
  /** Maximum number of members in one request. */
  maxMembers: 100_000,
} as const;

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}(?:==)?|[A-Za-z0-9+/]{3}=?)?$/;

/**
 * Converts the sent value of an attribute to its stored form: with names as in the schema, and without unassigned or read-only members.
 * Returns `undefined` for an unassigned value: null, an empty list, or an object without members (RFC 7643 §2.5). Errors: `invalidValue`;
 * `invalidSyntax` for an unknown sub-attribute.
 */
export function readValue(definition: AttributeDefinition, value: unknown, dialect: Dialect): ScimValue | undefined {
  if (value === null || value === undefined) return undefined;
  return definition.multiValued ? readList(definition, value, dialect) : readOne(definition, value, dialect);
}

/** Converts one value of a single-valued or multi-valued attribute. Errors: as for {@link readValue}. */
export function readOne(definition: AttributeDefinition, value: unknown, dialect: Dialect): ScimValue | undefined {
  if (value === null || value === undefined) return undefined;
  if (dialect.isLenient && !definition.multiValued && Array.isArray(value)) {
    return readBoxed(definition, value, dialect);
  }
  return definition.type === 'complex'
    ? readComplex(definition, value, dialect)
    : readSimple(definition, value, dialect);
}

/** Reads `[{"$ref": null, "value": …}]`, the form of a single value in the older syntax of Entra ID. */
function readBoxed(
  definition: AttributeDefinition,
  [box, ...more]: readonly unknown[],
  dialect: Dialect,
): ScimValue | undefined {
  if (more.length > 0) throw wrongType(definition);
  const value = definition.type !== 'complex' && isObject(box) ? box['value'] : box;
  return Array.isArray(value) ? undefined : readOne(definition, value, dialect);
}

/** Checks that at most one value is primary (RFC 7643 §2.4). Errors: `invalidValue`. */
export function assertOnePrimary(definition: AttributeDefinition, values: readonly ScimValue[]): void {
  if (values.filter(isPrimary).length < 2) return;
  throw new ScimError('invalidValue', `Only one value of "${definition.name}" can be primary.`);
}

/** Checks the number of values of an attribute, however they were sent. Errors: `invalidValue`. */
export function assertFew({ name }: AttributeDefinition, values: readonly unknown[]): void {
  const limit = name === 'members' ? VALUE_LIMITS.maxMembers : VALUE_LIMITS.maxValues;
  if (values.length > limit) throw new ScimError('invalidValue', `"${name}" can have at most ${limit} values.`);
}

export function isPrimary(value: ScimValue): boolean {
  return isObject(value) && value['primary'] === true;
}

function readList(definition: AttributeDefinition, value: unknown, dialect: Dialect): ScimValue | undefined {
  if (!Array.isArray(value) && !dialect.isLenient) throw wrongType(definition);
  const sent: readonly unknown[] = Array.isArray(value) ? value : [value];
  assertFew(definition, sent);
  const values = sent.flatMap((one) => readOne(definition, one, dialect) ?? []);
  assertOnePrimary(definition, values);
  const kept = withoutRepeats(values);
  return kept.length === 0 ? undefined : kept;
}

function withoutRepeats(values: readonly ScimValue[]): readonly ScimValue[] {
  const seen = new Set<string>();
  return values.filter((value) => {
    const text = JSON.stringify(value);
    if (seen.has(text)) return false;
    seen.add(text);
    return true;
  });
}

function readComplex(definition: AttributeDefinition, value: unknown, dialect: Dialect): ScimObject | undefined {
  if (!isObject(value)) {
    const main = subAttribute(definition, 'value');
    // `"members": ["id"]` and `"manager": "id"`, as providers write them.
    if (dialect.isLenient && main !== undefined && typeof value !== 'object') {
      return readComplex(definition, { value }, dialect);
    }
    throw wrongType(definition);
  }
  const read: Record<string, ScimValue> = {};
  for (const [name, member] of Object.entries(value)) {
    const sub = subAttribute(definition, name);
    if (sub === undefined) {
      if (dialect.isLenient) continue;
      throw new ScimError('invalidSyntax', `"${definition.name}" has no such sub-attribute.`, {
        fields: [{ pointer: `/${definition.name}/${name}`, code: 'unrecognized_keys', message: 'It is unknown.' }],
      });
    }
    if (sub.mutability === 'readOnly') continue;
    const kept = readValue(sub, member, dialect);
    if (kept !== undefined) read[sub.name] = kept;
  }
  return Object.keys(read).length === 0 ? undefined : read;
}

function readSimple(definition: AttributeDefinition, value: unknown, dialect: Dialect): ScimValue | undefined {
  const { type } = definition;
  if (type === 'boolean') return readBoolean(definition, value, dialect);
  return type === 'integer' || type === 'decimal'
    ? readNumber(definition, value, dialect)
    : readText(definition, value, dialect);
}

function readNumber(definition: AttributeDefinition, value: unknown, { isLenient }: Dialect): number {
  const number = isLenient && typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isFinite(number)) throw wrongType(definition);
  if (definition.type === 'integer' && !Number.isSafeInteger(number)) throw wrongType(definition);
  return number;
}

function readBoolean(definition: AttributeDefinition, value: unknown, dialect: Dialect): boolean | undefined {
  if (typeof value === 'boolean') return value;
  if (dialect.isLenient && typeof value === 'string') {
    if (value === '') return undefined;
    if (/^(true|false)$/i.test(value)) return value.toLowerCase() === 'true';
  }
  throw wrongType(definition);
}

function readText(definition: AttributeDefinition, value: unknown, dialect: Dialect): string {
  const text = dialect.isLenient && (typeof value === 'number' || typeof value === 'boolean') ? String(value) : value;
  if (typeof text !== 'string') throw wrongType(definition);
  if (text.length > VALUE_LIMITS.maxChars && definition.type !== 'binary') {
    throw new ScimError('invalidValue', `"${definition.name}" can have at most ${VALUE_LIMITS.maxChars} characters.`);
  }
  if (text.includes('\0') || !text.isWellFormed())
    throw new ScimError('invalidValue', `"${definition.name}" has an invalid character.`);
  if (definition.type === 'dateTime' && !isDateTime(text)) throw wrongType(definition);
  if (definition.type === 'binary' && !BASE64.test(text)) throw wrongType(definition);
  return text;
}

/** Returns true if two values are equal. */
export function isSame(left: unknown, right: unknown): boolean {
  return isDeepStrictEqual(left, right);
}

function wrongType({ name, type, multiValued }: AttributeDefinition): ScimError {
  const what = type === 'complex' ? 'an object' : `of the type ${type}`;
  return new ScimError('invalidValue', `"${name}" must be ${multiValued ? 'a list, each value ' : ''}${what}.`);
}
