/** Describes the JSON Schemas in an OpenAPI document as table rows. */
import { code, escaped, sentence } from './markdown.mjs';

/** The deepest level of members in a table. Only the OpenAPI document describes deeper members. */
const DEEPEST = 4;

export class Schemas {
  #named;

  /** @param named the component schemas by name. */
  constructor(named) {
    this.#named = named;
  }

  /** Follows references, and selects the branch of a union that is not `null` if there is only one such branch. */
  #resolve(schema) {
    const names = [];
    let found = schema ?? {};
    let isNullable = false;
    for (;;) {
      if (found.$ref !== undefined) {
        const name = found.$ref.split('/').at(-1);
        names.push(name);
        found = {
          ...this.#named[name],
          ...(found.description === undefined ? {} : { description: found.description }),
        };
        continue;
      }
      const branches = found.anyOf ?? found.oneOf;
      const others = branches?.filter(({ type }) => type !== 'null');
      if (others?.length === 1) {
        isNullable ||= others.length < branches.length;
        const { anyOf: _anyOf, oneOf: _oneOf, ...around } = found;
        found = { ...others[0], ...around };
        continue;
      }
      return { schema: found, names, isNullable };
    }
  }

  /** Returns `name → { schema, isRequired }` for the members of an object, even if several schemas describe the object. */
  #membersOf(schema) {
    const parts = [schema, ...(schema.allOf ?? []).map((part) => this.#resolve(part).schema)];
    const required = new Set(parts.flatMap((part) => part.required ?? []));
    return parts
      .flatMap((part) => Object.entries(part.properties ?? {}))
      .map(([name, member]) => ({ name, member, isRequired: required.has(name) }));
  }

  /** Returns the type of a value as text: `string`, `array of integer`, `string or null`. */
  typeOf(schema) {
    const { schema: found, isNullable } = this.#resolve(schema);
    const words = this.#plainTypeOf(found);
    return isNullable ? `${words} or null` : words;
  }

  #plainTypeOf(schema) {
    if (schema.const !== undefined) return typeof schema.const;
    const branches = schema.anyOf ?? schema.oneOf;
    if (branches !== undefined) return [...new Set(branches.map((branch) => this.typeOf(branch)))].join(' or ');
    if (Array.isArray(schema.type)) return schema.type.join(' or ');
    if (schema.type === 'array')
      return `array of ${schema.items === undefined ? 'any value' : this.typeOf(schema.items)}`;
    if (schema.type !== undefined) return schema.type;
    if (schema.properties !== undefined || schema.allOf !== undefined) return 'object';
    return schema.enum === undefined ? 'any value' : typeof schema.enum[0];
  }

  /** Returns the description, values, limits and default of a value as one string. */
  detailsOf(schema) {
    const { schema: found } = this.#resolve(schema);
    const parts = [];
    if (found.description) parts.push(escaped(sentence(found.description)));
    parts.push(...this.limitsOf(found));
    if (found.default !== undefined) parts.push(`Default: ${code(JSON.stringify(found.default))}.`);
    return parts.join(' ');
  }

  limitsOf(schema) {
    const parts = [];
    if (schema.const !== undefined) parts.push(`Always ${code(JSON.stringify(schema.const))}.`);
    if (schema.enum !== undefined) parts.push(`One of: ${schema.enum.map((value) => code(value)).join(', ')}.`);
    if (schema.format !== undefined) parts.push(`Format: ${code(schema.format)}.`);
    parts.push(
      ...range(schema.minLength, schema.maxLength, 'character'),
      ...range(schema.minItems, schema.maxItems, 'item'),
      ...range(schema.minProperties, schema.maxProperties, 'member'),
      ...numbers(schema),
    );
    if (schema.multipleOf !== undefined) parts.push(`A multiple of ${schema.multipleOf}.`);
    if (schema.pattern !== undefined) parts.push(`Pattern: ${code(schema.pattern)}.`);
    if (schema.type === 'array' && schema.items !== undefined) {
      const items = this.#resolve(schema.items).schema;
      const limits = this.limitsOf(items);
      if (limits.length > 0 && items.properties === undefined) parts.push(`Each item: ${limits.join(' ')}`);
    }
    return parts;
  }

  /** Returns one row per member; a nested member has its full path, such as `secrets[].id`. */
  rowsOf(schema, prefix = '', seen = []) {
    const { schema: found, names } = this.#resolve(schema);
    if (names.some((name) => seen.includes(name)) || prefix.split('.').length > DEEPEST) return [];
    const nowSeen = [...seen, ...names];
    if (found.type === 'array') return this.rowsOf(found.items, `${prefix}[]`, nowSeen);
    const branches = found.anyOf ?? found.oneOf;
    if (branches !== undefined) return this.#unionRowsOf(branches, prefix, nowSeen);
    const own = this.#membersOf(found).flatMap(({ name, member, isRequired }) => {
      const path = prefix === '' ? name : `${prefix}.${name}`;
      const row = { path, type: this.typeOf(member), isRequired, details: this.detailsOf(member) };
      return [row, ...this.rowsOf(member, path, nowSeen)];
    });
    const values = found.additionalProperties;
    if (typeof values !== 'object' || Object.keys(values).length === 0) return own;
    return [...own, ...this.rowsOf(values, prefix === '' ? '*' : `${prefix}.*`, nowSeen)];
  }

  /** Returns the members of all branches. A member is required if every branch requires it. */
  #unionRowsOf(branches, prefix, seen) {
    const all = branches.filter(({ type }) => type !== 'null').map((branch) => this.rowsOf(branch, prefix, seen));
    const rows = new Map();
    for (const row of all.flat()) if (!rows.has(row.path)) rows.set(row.path, row);
    return [...rows.values()].map((row) => ({
      ...row,
      isRequired: all.every((branch) => branch.some(({ path, isRequired }) => path === row.path && isRequired)),
    }));
  }
}

function range(least, most, unit) {
  const units = (count) => `${count.toLocaleString('en-US')} ${unit}${count === 1 ? '' : 's'}`;
  if (least !== undefined && least === most) return [`Exactly ${units(least)}.`];
  if (least !== undefined && least > 0 && most !== undefined)
    return [`${least.toLocaleString('en-US')} to ${units(most)}.`];
  if (most !== undefined) return [`At most ${units(most)}.`];
  return least !== undefined && least > 0 ? [`At least ${units(least)}.`] : [];
}

function numbers({ minimum, maximum, exclusiveMinimum }) {
  // The bounds of a safe integer mean that there is no limit.
  const most = maximum === undefined || maximum >= Number.MAX_SAFE_INTEGER ? undefined : maximum;
  const least = minimum === undefined || minimum <= Number.MIN_SAFE_INTEGER ? undefined : minimum;
  const text = (value) => value.toLocaleString('en-US', { maximumFractionDigits: 10 });
  if (exclusiveMinimum !== undefined) return [`More than ${text(exclusiveMinimum)}.`];
  if (least !== undefined && most !== undefined) return [`From ${text(least)} to ${text(most)}.`];
  if (least !== undefined) return [`At least ${text(least)}.`];
  return most === undefined ? [] : [`At most ${text(most)}.`];
}
