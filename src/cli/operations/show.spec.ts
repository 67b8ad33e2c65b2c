import { cellOf, details, memberOf, Table } from './show';

it('finds nested members', () => {
  const item = { a: { b: [1] }, none: null };
  expect(memberOf(item, 'a.b')).toEqual([1]);
  expect(memberOf(item, 'none.b')).toBeNull();
  expect(memberOf(item, 'other')).toBeUndefined();
});

it.each([
  [null, '-'],
  ['', '-'],
  [false, 'false'],
  [0, '0'],
  [['a', 'b'], 'a b'],
  [[], '-'],
  [[{ a: 1 }], '[{"a":1}]'],
  ['red\u001b[31m\n', String.raw`red\x1b[31m\x0a`],
  ['abc\u202Etxt.exe', String.raw`abc\u202etxt.exe`],
  [{ a: '\u2066\u009b' }, String.raw`{"a":"\u2066\x9b"}`],
])('shows %j as %j', (value, shown) => {
  expect(cellOf(value)).toBe(shown);
});

it('aligns its output', () => {
  expect(details(['id', 'name'], { id: 'x', name: 'Ann' })).toBe('id    x\nname  Ann\n');
  let out = '';
  const table = new Table(['id', 'at'], { out: (text) => void (out += text), err: () => undefined });
  table.rows([{ id: 'long one', at: 1 }]);
  table.rows([{ id: 'b', at: 2 }]);
  expect(out).toBe('ID        AT\nlong one  1\nb         2\n');
});
