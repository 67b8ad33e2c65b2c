import { Refusal } from './refusal.mjs';
import { assertMemberNames } from './member-names.mjs';
import { snakeOf } from './names.mjs';

const FIELD = /^([a-z][A-Za-z0-9]{0,39}):([a-z]+)(\??)$/;
const MAX_FIELDS = 20;

/**
 * The schema and column for each member type, the form of its value in the driver's row, and the conversion to the member.
 * `samples` are two values in TypeScript syntax.
 */
const TYPES = {
  string: {
    schema: 'z.string().trim().min(1).max(200)',
    answer: 'z.string()',
    column: 'text',
    row: 'string',
    toMember: (value) => value,
    samples: ["'first'", "'second'"],
  },
  text: {
    schema: 'z.string().max(10_000)',
    answer: 'z.string()',
    column: 'text',
    row: 'string',
    toMember: (value) => value,
    samples: ["'first'", "'second'"],
  },
  integer: {
    schema: 'z.int32()',
    answer: 'z.number().int()',
    column: 'int',
    row: 'number',
    toMember: (value) => value,
    samples: ['1', '2'],
  },
  number: {
    schema: 'z.number().min(-1e15).max(1e15).multipleOf(0.01)',
    answer: 'z.number()',
    column: 'numeric(18, 2)',
    row: 'string',
    toMember: (value, isNullable) => (isNullable ? `${value} === null ? null : Number(${value})` : `Number(${value})`),
    samples: ['1.25', '2.5'],
  },
  boolean: {
    schema: 'z.boolean()',
    answer: 'z.boolean()',
    column: 'boolean',
    row: 'boolean',
    toMember: (value) => value,
    samples: ['true', 'false'],
  },
  date: {
    schema: 'day',
    answer: 'z.string()',
    column: 'date',
    row: 'string',
    toMember: (value) => value,
    samples: ["'2026-01-31'", "'2026-12-31'"],
  },
};

/**
 * Parses the members of a resource.
 * @param {ReturnType<typeof import('./names.mjs').namesOf>} names of the resource
 * @param {string | undefined} text such as `number:string,amount:number?`; the default is a name and a description
 */
export function fieldsOf(names, text = 'name:string,description:text?') {
  const parts = text.split(',').map((part) => part.trim());
  if (parts.length > MAX_FIELDS) throw new Refusal(`A resource has at most ${MAX_FIELDS} members.`);
  const fields = parts.map(fieldOf);
  assertMemberNames(fields, names);
  const twice = fields.find(({ name }, at) => fields.findIndex((other) => other.name === name) !== at);
  if (twice) throw new Refusal(`The member "${twice.name}" occurs twice. Rename or remove one.`);
  if (!fields.some(({ isNullable }) => !isNullable))
    throw new Refusal('At least one member must not be nullable. Remove a "?".');
  return fields;
}

function fieldOf(part) {
  const [, name = '', type = '', mark] = FIELD.exec(part) ?? [];
  if (!Object.hasOwn(TYPES, type)) {
    const types = Object.keys(TYPES).join(', ');
    throw new Refusal(`"${part}" is not a member. Use name:type, or name:type? if it can be null; types: ${types}.`);
  }
  const column = snakeOf(name);
  const isNullable = mark === '?';
  const { schema, answer, column: sql, row, toMember, samples } = TYPES[type];
  return {
    name,
    type,
    column,
    isNullable,
    /** The schema for values from callers. */
    schema: isNullable ? `${schema}.nullable()` : schema,
    onCreate: isNullable ? '.nullable().default(null)' : '',
    onPatch: isNullable ? '.nullable().optional()' : '.optional()',
    bare: schema,
    answer: isNullable ? `${answer}.nullable()` : answer,
    sql: isNullable ? sql : `${sql} NOT NULL`,
    select: type === 'date' ? `${column}::text` : column,
    row: isNullable ? `${row} | null` : row,
    fromRow: toMember(`row.${column}`, isNullable),
    samples,
  };
}
