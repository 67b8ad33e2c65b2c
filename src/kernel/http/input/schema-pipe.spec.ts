import { z } from 'zod';
import { AppError } from '../../errors/app-error';
import { schemaMessage } from '../../errors/schema-messages';
import { invalidInput, SchemaPipe } from './schema-pipe';

const pipe = new SchemaPipe();

async function pointerOf(value: unknown): Promise<string | undefined> {
  try {
    await pipe.transform(value, { type: 'body' });
  } catch (error) {
    if (error instanceof AppError && error.code === 'invalid_request') return error.fields[0]?.pointer;
    throw error;
  }
  return undefined;
}

it('reports at most a hundred faults', () => {
  const members = Array.from({ length: 40_000 }, (_, n) => `m${n}`);
  const refused = z.strictObject({}).safeParse(Object.fromEntries(members.map((name) => [name, 1])));
  const { fields } = invalidInput(refused.error?.issues ?? []);
  expect(fields.map(({ pointer }) => pointer)).toEqual(members.slice(0, 100).map((name) => `/${name}`));
});

it.each([
  [{ limit: 501 }, '`limit` must be at most 500.'],
  [{ limit: 1, items: [{ id: 7 }] }, '`/items/0/id` must be a string.'],
  [{ limit: 1, color: 'red' }, '`color` is not a known member.'],
  [[], 'The request must be an object.'],
  [{ limit: 1, from: 'b', to: 'a' }, 'The request is not valid at /to: Send `to` after `from`.'],
])('describes the first fault of %j', (value, description) => {
  const schema = z
    .strictObject({
      limit: z.int().max(500),
      items: z.array(z.object({ id: z.string() })).optional(),
      from: z.string().default(''),
      to: z.string().default(''),
    })
    .refine(({ from, to }) => from <= to, { path: ['to'], message: 'Send `to` after `from`.' });
  const { error } = schema.safeParse(value, { error: schemaMessage });
  expect(invalidInput(error?.issues ?? []).message).toBe(description);
});

it('refuses an object with more members than a schema can check in time', async () => {
  const wide = (count: number) => ({
    job: { env: Object.fromEntries(Array.from({ length: count }, (_, n) => [`m${n}`, 1])) },
  });
  expect(await pointerOf(wide(10_000))).toBeUndefined();
  expect(await pointerOf(wide(10_001))).toBe('/job/env');
});

describe('characters that the store cannot keep', () => {
  it.each<[unknown, string]>([
    ['a\0', ''],
    [{ a: 'a\0' }, '/a'],
    [{ a: { 'b\0': 1 } }, '/a'],
    [{ 'a\0': 1 }, ''],
    [{ a: [0, { b: ['x', '\0'] }] }, '/a/1/b/1'],
    [[[[[[[[[[['\0']]]]]]]]]], '/0/0/0/0/0/0/0/0'],
    [{ a: 'x\ud800' }, '/a'],
    [{ a: ['\udc00x'] }, '/a/0'],
    [{ a: { 'b\ud800': 1 } }, '/a'],
  ])('are refused with a JSON Pointer: %j', async (value, pointer) => {
    expect(await pointerOf(value)).toBe(pointer);
  });

  it.each<[unknown]>([
    [null],
    [7],
    [''],
    [{ a: [null, 'b', { c: {} }] }],
    [{ '😀': '😀' }],
    [JSON.parse('{"__proto__": "a"}')],
  ])('are not found in %j', async (value) => {
    expect(await pointerOf(value)).toBeUndefined();
  });

  // This would take minutes if the time were not proportional to the size.
  it('are found quickly in a wide or deep body of a megabyte', async () => {
    const wide: unknown = JSON.parse(`[${'{},'.repeat(345_000)}{}]`);
    const deep: unknown = JSON.parse('['.repeat(500_000) + '"\\u0000"' + ']'.repeat(500_000));
    expect(await pointerOf(wide)).toBeUndefined();
    expect(await pointerOf(deep)).toBe('/0'.repeat(8));
  });
});
