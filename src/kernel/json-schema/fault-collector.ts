import type { EvaluationPlugin, Keyword, ValidationContext } from '@hyperjump/json-schema/experimental';
import * as Instance from '@hyperjump/json-schema/instance/experimental';
import type { FieldError } from '../errors/app-error';

const MAX_FAULTS = 20;
const MAX_TEXT = 500;

/** The faults found within a schema. They are nested, so that the faults of an optional branch can be skipped. */
type Found = readonly (FieldError | Found)[];

interface Context extends ValidationContext {
  found?: (FieldError | Found)[];
}

/**
 * Collects the reasons why a value does not match a schema. For a choice, it collects the faults of each branch, unless one of them
 * matches.
 */
export class FaultCollector implements EvaluationPlugin<Context> {
  readonly id = 'https://coresdk/fault-collector';
  private found: Found = [];

  /** @param pointer prefix for the pointers of faults. */
  constructor(private readonly pointer: string) {}

  get faults(): readonly FieldError[] {
    return flat(this.found);
  }

  afterKeyword(
    [keywordId, , compiled]: readonly [keywordId: string, location: string, compiled: unknown],
    node: Instance.JsonNode,
    { found }: Context,
    isValid: boolean,
    schema: Context,
    { simpleApplicator }: Keyword<unknown>,
  ): void {
    if (isValid || (schema.found?.length ?? 0) >= MAX_FAULTS) return;
    schema.found ??= [];
    // For a keyword that applies a schema, only the faults found by that schema are reported.
    if (simpleApplicator !== true) schema.found.push(...this.faultsOf(keywordId, compiled, node));
    if (found !== undefined) schema.found.push(found);
  }

  afterSchema(location: string, node: Instance.JsonNode, context: Context, isValid: boolean): void {
    if (context.ast[location] === false && !isValid) {
      const code = decodeURIComponent(location.slice(location.lastIndexOf('/') + 1));
      (context.found ??= []).push(this.faultAt(node, WORDS.has(code) ? code : 'false', 'is not allowed here'));
    }
    this.found = context.found ?? [];
  }

  private faultsOf(keywordId: string, compiled: unknown, node: Instance.JsonNode): readonly FieldError[] {
    const keyword = keywordId.slice(keywordId.lastIndexOf('/') + 1);
    if (keyword === 'required') {
      const missing = (compiled as readonly string[]).filter((name) => !Instance.has(name, node)).slice(0, MAX_FAULTS);
      return missing.map((name) => this.faultAt(node, keyword, `must have required property '${name}'`));
    }
    return [this.faultAt(node, keyword, MESSAGES[keyword]?.(compiled) ?? `must match "${keyword}"`)];
  }

  private faultAt(node: Instance.JsonNode, code: string, message: string): FieldError {
    // The pointer to a property's name begins with "*".
    const pointer = this.pointer + node.pointer.replace(/^\*/, '').slice(0, MAX_TEXT);
    return { pointer, code, message: message.slice(0, MAX_TEXT) };
  }
}

/** Keywords whose schema can be `false`. */
const WORDS = new Set(['additionalProperties', 'unevaluatedProperties', 'unevaluatedItems', 'items', 'propertyNames']);

const counted = (word: string) => (limit: unknown) => `must have ${word.replace('#', String(limit))}`;
const compared = (word: string) => (limit: unknown) => `must be ${word} ${String(limit)}`;

/** The messages for keywords, created from the compiled keyword. */
const MESSAGES: Readonly<Record<string, (compiled: unknown) => string>> = {
  type: (types) => `must be ${[types].flat().join(' or ')}`,
  const: () => 'must equal the constant in the schema',
  enum: () => 'must be one of the values in the schema',
  anyOf: () => 'must match at least one of the schemas',
  oneOf: () => 'must match exactly one of the schemas',
  not: () => 'must not match the schema',
  contains: () => 'must contain an item that matches the schema',
  pattern: () => 'must match the pattern in the schema',
  format: (format) => `must have the format "${String(format)}"`,
  minLength: counted('at least # characters'),
  maxLength: counted('at most # characters'),
  minItems: counted('at least # items'),
  maxItems: counted('at most # items'),
  minProperties: counted('at least # properties'),
  maxProperties: counted('at most # properties'),
  uniqueItems: () => 'must not contain duplicate items',
  minimum: compared('at least'),
  maximum: compared('at most'),
  exclusiveMinimum: compared('more than'),
  exclusiveMaximum: compared('less than'),
  multipleOf: compared('a multiple of'),
};

function flat(found: Found, faults: FieldError[] = []): readonly FieldError[] {
  for (const one of found) {
    if (faults.length >= MAX_FAULTS) break;
    if ('code' in one) faults.push(one);
    else flat(one, faults);
  }
  return faults;
}
