import { cellOf, details, headingOf, memberOf, Table } from './show';

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

it.each([
  ['created_at', 'Created at'],
  ['displayName', 'Display name'],
  ['owner.id', 'Owner ID'],
  ['jwks_uri', 'JWKS URI'],
  ['accessTokenTtlSeconds', 'Access token TTL seconds'],
])('writes %s as the heading %s', (name, heading) => {
  expect(headingOf(name)).toBe(heading);
});

it('aligns its output', () => {
  expect(details(['id', 'name'], { id: 'x', name: 'Ann' })).toBe('id    x\nname  Ann\n');
  let out = '';
  const table = new Table(['id', 'at'], { out: (text) => void (out += text), err: () => undefined });
  table.rows([{ id: 'long one', at: 1 }]);
  table.rows([{ id: 'b', at: 2 }]);
  expect(out).toBe('ID        At\nlong one  1\nb         2\n');
});

describe('at a terminal', () => {
  function shown(columns: number, ...pages: readonly (readonly object[])[]): readonly string[] {
    let out = '';
    const style = (name: string, text: string): string => `<${name}>${text}</>`;
    const terminal = { out: (text: string) => void (out += text), err: () => undefined, columns, style };
    const table = new Table(['id', 'status', 'displayName'], terminal);
    for (const page of pages) table.rows(page);
    return out.split('\n');
  }
  const plain = (line: string): string => line.replace(/<[^>]*>/g, '');
  const row = (displayName: string, status = 'active'): object => ({ id: 'usr-0123456789', status, displayName });

  it('a table fits, keeps identifiers whole, and has colors for states', () => {
    const [title = '', first = ''] = shown(40, [row('A very long name of a person')]);
    expect(title).toBe('<bold>ID            </>  <bold>Status</>  <bold>Display name</>');
    expect(first).toBe('usr-0123456789  <green>active</>  A very long nam…');
    expect(plain(first)).toHaveLength(40);
  });

  it('later rows widen its columns as far as they fit', () => {
    const lines = shown(40, [row('Ann')], [row('Maximiliane von Humboldt', 'deactivated')]);
    expect(lines.slice(1, 3).map(plain)).toEqual([
      'usr-0123456789  active  Ann',
      'usr-0123456789  deactivated  Maximilian…',
    ]);
  });

  it('details have dim names and colors for states, and are not shortened', () => {
    const style = (name: string, text: string): string => `<${name}>${text}</>`;
    expect(details(['id', 'status'], { id: 'x'.repeat(300), status: 'failed' }, { style })).toBe(
      `<dim>id      </>${'x'.repeat(300)}\n<dim>status  </><red>failed</>\n`,
    );
  });
});
