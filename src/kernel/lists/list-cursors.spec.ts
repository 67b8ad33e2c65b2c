import { ListCursors } from './list-cursors';

const cursors = new ListCursors('things', 'tnt-a', { colour: 'red', sort: 'name' });
const textOf = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const partsOf = (cursor: string): object => JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')) as object;

const refused = (act: () => unknown): void => {
  expect(act).toThrow(
    expect.objectContaining({ code: 'invalid_request', fields: [expect.objectContaining({ pointer: '/cursor' })] }),
  );
};

describe('a cursor', () => {
  it.each(['a', 'prj-01h', 'with spaces & "quotes"', 'ünïcode ✓', 'x'.repeat(256)])('encodes %j', (key) => {
    const cursor = cursors.cursor(key);
    expect(cursors.after(cursor)).toBe(key);
    // A cursor can be part of a query string without escaping.
    expect(cursor).toMatch(/^[\w-]+$/);
  });

  it('is absent on the first page', () => {
    expect(cursors.after(undefined)).toBeNull();
    expect(cursors.afterNumber(undefined)).toBeNull();
  });

  it.each([
    ['a different list', new ListCursors('others', 'tnt-a', { colour: 'red', sort: 'name' })],
    ['a different tenant', new ListCursors('things', 'tnt-b', { colour: 'red', sort: 'name' })],
    ['the installation', new ListCursors('things', null, { colour: 'red', sort: 'name' })],
    ['a different filter', new ListCursors('things', 'tnt-a', { colour: 'blue', sort: 'name' })],
    ['a different sort', new ListCursors('things', 'tnt-a', { colour: 'red', sort: '-name' })],
    ['no filter', new ListCursors('things', 'tnt-a')],
  ])('is refused by the list of %s', (_name, others) => {
    const cursor = cursors.cursor('k');
    refused(() => others.after(cursor));
  });

  it('is valid for the same query, regardless of member order', () => {
    const same = new ListCursors('things', 'tnt-a', { sort: 'name', colour: 'red', size: undefined });
    expect(same.after(cursors.cursor('k'))).toBe('k');
  });

  it.each([
    ['empty', ''],
    ['not base64', '%%%'],
    ['invalid JSON', Buffer.from('{').toString('base64url')],
    ['of a different version', textOf({ v: 1, after: 'a' })],
    ['not an object', textOf(null)],
    ['a list', textOf([])],
  ])('that is %s is refused', (_name, cursor) => refused(() => cursors.after(cursor)));

  it.each([
    { more: 1 },
    { after: '' },
    { after: { $gt: '' } },
    { after: 'a\u0000' },
    { after: undefined },
    { of: 'x' },
  ])('that is forged with %j is refused', (change) => {
    const forged = textOf({ ...partsOf(cursors.cursor('a')), ...change });
    refused(() => cursors.after(forged));
  });

  it.each(['-1', '1.5', '1e3', 'x', '1234567890'])('for a number column is refused with %j', (key) => {
    const cursor = cursors.cursor(key);
    refused(() => cursors.afterNumber(cursor));
  });

  it('for a number column can have as many digits as the column', () => {
    expect(cursors.afterNumber(cursors.cursor('123456789'))).toBe(123_456_789);
    expect(cursors.afterNumber(cursors.cursor('123456789012345'), 15)).toBe(123_456_789_012_345);
  });
});

describe('a page', () => {
  const pageOfRows = (count: number, limit: number) =>
    cursors.page(
      Array.from({ length: count }, (_, index) => `k${index}`),
      limit,
      (row) => row,
    );

  it('is the last page if there are no further rows', () => {
    expect(pageOfRows(0, 2)).toEqual({ items: [], nextCursor: null });
    expect(pageOfRows(2, 2)).toEqual({ items: ['k0', 'k1'], nextCursor: null });
  });

  it('continues after its own last row, not after the extra row that was read', () => {
    const page = pageOfRows(3, 2);
    expect(page.items).toEqual(['k0', 'k1']);
    expect(cursors.after(page.nextCursor ?? undefined)).toBe('k1');
  });
});
