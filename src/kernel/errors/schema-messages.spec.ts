import { z } from 'zod';
import { schemaMessage } from './schema-messages';

/** Returns the messages that a schema gives for a value. */
function messagesOf(schema: z.ZodType, value: unknown): readonly string[] {
  const { error } = schema.safeParse(value, { error: schemaMessage });
  return error?.issues.map(({ message }) => message) ?? [];
}

describe('a message for a fault that a schema found', () => {
  it.each<[z.ZodType, unknown, string]>([
    [z.string(), undefined, 'is required'],
    [z.string(), 7, 'must be a string'],
    [z.number(), '7', 'must be a number'],
    [z.number(), Number.NaN, 'must be a number'],
    [z.int(), 1.5, 'must be an integer'],
    [z.boolean(), 'yes', 'must be true or false'],
    [z.array(z.string()), {}, 'must be an array'],
    [z.object({}), [], 'must be an object'],
    [z.record(z.string(), z.string()), 7, 'must be an object'],
    [z.null(), 7, 'must be null'],
    [z.literal('a'), 'b', 'must be "a"'],
    [z.enum(['label', 'status']), 'color', 'must be one of: "label", "status"'],
    [z.literal([1, null, true]), 'x', 'must be one of: 1, null, true'],
    [z.string().min(1), '', 'must not be empty'],
    [z.array(z.string()).min(1), [], 'must not be empty'],
    [z.string().min(12), 'short', 'must have at least 12 characters'],
    [z.string().max(1), 'ab', 'must have at most 1 character'],
    [z.string().length(3), 'ab', 'must have exactly 3 characters'],
    [z.array(z.string()).max(2), ['a', 'b', 'c'], 'must have at most 2 items'],
    [z.number().min(1), 0, 'must be at least 1'],
    [z.number().positive(), 0, 'must be more than 0'],
    [z.number().max(500), 501, 'must be at most 500'],
    [z.number().lt(5), 5, 'must be less than 5'],
    [z.number().multipleOf(0.01), 0.001, 'must be a multiple of 0.01'],
    [z.number().multipleOf(1), 0.5, 'must be an integer'],
    [z.email(), 'nobody', 'must be an email address'],
    [z.url(), 'nowhere', 'must be a URL'],
    [z.iso.datetime(), 'today', 'must be a date and time such as 2026-01-31T09:30:00Z'],
    [z.iso.date(), 'today', 'must be a date such as 2026-01-31'],
    [z.string().startsWith('whs_'), 'x', 'must start with "whs_"'],
    [z.string().endsWith('.rego'), 'x', 'must end with ".rego"'],
    [z.string().includes('@'), 'x', 'must contain "@"'],
    [z.string().regex(/^[a-z]+$/), 'A', 'must match /^[a-z]+$/'],
    [z.cuid2(), '-', 'must match /^[0-9a-z]+$/'],
    [z.strictObject({}), { a: 1, b: 2 }, 'must not have "a", "b"'],
    [z.union([z.string(), z.number()]), true, 'matches none of the allowed forms'],
    [z.discriminatedUnion('type', [z.object({ type: z.literal('a') })]), { type: 'b' }, 'must be "a"'],
    [z.record(z.enum(['a']), z.string()), { a: 'x', b: 'y' }, 'must not have "b"'],
    [
      z.record(z.string().max(1), z.string()),
      { ab: 'y' },
      'has a name that is not allowed: it must have at most 1 character',
    ],
    [z.set(z.string().max(1)), new Set(['ab']), 'must have at most 1 character'],
    [z.never(), 1, 'must be absent'],
  ])('names the requirement (%#)', (schema, value, message) => {
    expect(messagesOf(schema, value)).toEqual([message]);
  });

  it("is the schema's own message, if the schema has one", () => {
    const schema = z.string().regex(/^a$/, 'must be the letter a');
    expect(messagesOf(schema, 'b')).toEqual(['must be the letter a']);
  });
});
