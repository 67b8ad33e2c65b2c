import { AppError } from '../errors/app-error';
import { decodeCursor, encodeCursor, pageQuery, toPage } from './page';

const cursorOf = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

describe('a cursor', () => {
  it.each(['a', 'prj-01h', 'with spaces & "quotes"', 'ünïcode ✓', 'x'.repeat(256)])('stands for %j', (key) => {
    const cursor = encodeCursor(key);
    expect(decodeCursor(cursor)).toBe(key);
    // It goes into a query string as it is.
    expect(cursor).toMatch(/^[\w-]+$/);
  });

  it('is absent on the first page', () => {
    expect(decodeCursor(undefined)).toBeNull();
  });

  it.each([
    ['nothing', ''],
    ['no base64', '%%%'],
    ['no JSON', Buffer.from('{').toString('base64url')],
    ['of another version', cursorOf({ v: 2, after: 'a' })],
    ['with more members', cursorOf({ v: 1, after: 'a', tenant: 'tnt-b' })],
    ['without a key', cursorOf({ v: 1 })],
    ['with an empty key', cursorOf({ v: 1, after: '' })],
    ['with a key that is no text', cursorOf({ v: 1, after: { $gt: '' } })],
    ['with a key that is too long', cursorOf({ v: 1, after: 'x'.repeat(257) })],
    ['no object', cursorOf(null)],
    ['a list', cursorOf([])],
  ])('that is %s is refused by its pointer', (_name, cursor) => {
    expect(() => decodeCursor(cursor)).toThrow(AppError);
    try {
      decodeCursor(cursor);
    } catch (error) {
      expect(error).toMatchObject({ code: 'invalid_request', fields: [{ pointer: '/cursor' }] });
    }
  });
});

describe('a page', () => {
  const pageOfRows = (count: number, limit: number) =>
    toPage(
      Array.from({ length: count }, (_, index) => `k${index}`),
      limit,
      (row) => row,
    );

  it('is the last when there is no row more than it holds', () => {
    expect(pageOfRows(0, 2)).toEqual({ items: [], nextCursor: null });
    expect(pageOfRows(2, 2)).toEqual({ items: ['k0', 'k1'], nextCursor: null });
  });

  it('goes on after its own last row, not after the one that told of more', () => {
    const page = pageOfRows(3, 2);
    expect(page.items).toEqual(['k0', 'k1']);
    expect(decodeCursor(page.nextCursor ?? undefined)).toBe('k1');
  });
});

describe('the query of a list', () => {
  it('has 50 items without a word, and takes a number as text', () => {
    expect(pageQuery.parse({})).toEqual({ limit: 50 });
    expect(pageQuery.parse({ limit: '500', cursor: 'x' })).toEqual({ limit: 500, cursor: 'x' });
  });

  it.each([
    { limit: '0' },
    { limit: '501' },
    { limit: '1.5' },
    { limit: '-1' },
    { limit: '' },
    { limit: 'ten' },
    { limit: ['1', '2'] },
    { cursor: 'x'.repeat(513) },
    { offset: '1' },
  ])('refuses %j', (query) => {
    expect(pageQuery.safeParse(query).success).toBe(false);
  });
});
