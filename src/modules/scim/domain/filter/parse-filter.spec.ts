import fc from 'fast-check';
import { parse as secondOpinion, type Filter as TheirFilter } from 'scim2-parse-filter';
import type { Filter } from './filter.types';
import { parseFilter, parseValuePath } from './parse-filter';

/** Converts one of our filters to the other parser's form, for comparison. */
function theirs(filter: Filter, prefix = ''): unknown {
  switch (filter.kind) {
    case 'and':
    case 'or':
      return { op: filter.kind, filters: filter.parts.map((part) => theirs(part, prefix)) };
    case 'not':
      return { op: 'not', filter: theirs(filter.part, prefix) };
    case 'present':
      return { op: 'pr', attrPath: filter.path };
    case 'compare':
      return { op: filter.op, attrPath: filter.path, compValue: filter.value };
    case 'values':
      return { op: '[]', attrPath: filter.path, valFilter: theirs(filter.part) };
  }
}

function flat(filter: TheirFilter): unknown {
  if (filter.op === 'and' || filter.op === 'or') {
    const { op } = filter;
    return { op, filters: filter.filters.map(flat) };
  }
  if (filter.op === 'not') return { op: 'not', filter: flat(filter.filter) };
  if (filter.op === '[]') return { op: '[]', attrPath: filter.attrPath, valFilter: flat(filter.valFilter) };
  return filter;
}

/** Flattens `(a and b) and c` to `a and b and c`, because the other parser puts all parts into one list. */
function unnested(filter: unknown): unknown {
  const { op, filters, filter: inner } = filter as { op: string; filters?: readonly unknown[]; filter?: unknown };
  if (inner !== undefined) return { op, filter: unnested(inner) };
  if (filters === undefined) return filter;
  const parts = filters.map(unnested) as readonly { op: string; filters?: readonly unknown[] }[];
  return { op, filters: parts.flatMap((part) => (part.op === op ? (part.filters ?? []) : [part])) };
}

const path = fc.constantFrom(
  'userName',
  'name.familyName',
  'meta.lastModified',
  'urn:ietf:params:scim:schemas:core:2.0:User:userName',
  'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.value',
);
const sub = fc.constantFrom('type', 'value', 'primary');
const literal = fc.oneof(
  // Strings do not contain backslashes, because the other parser does not find the end of a string that contains two.
  fc.string({ maxLength: 12 }).map((value) => JSON.stringify(value.replaceAll(/["\\]/g, '/'))),
  fc.constantFrom('true', 'false', 'null', '0', '12', '3.25', '"(x) and [y]"'),
);
const op = fc.constantFrom('eq', 'ne', 'co', 'sw', 'ew', 'gt', 'ge', 'lt', 'le');
const compared = (of: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc.oneof(
    fc.tuple(of, op, literal).map((parts) => parts.join(' ')),
    of.map((name) => `${name} pr`),
  );
/** Never puts `or` next to `and` without parentheses, because separate examples test precedence. */
const joined = (part: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc
    .tuple(fc.constantFrom(' and ', ' or '), fc.array(part, { minLength: 2, maxLength: 3 }))
    .map(([word, parts]) => parts.map((one) => `(${one})`).join(word));
const { filter } = fc.letrec<{ filter: string }>((tie) => ({
  filter: fc.oneof(
    { depthSize: 'small' },
    compared(path),
    fc.tuple(fc.constantFrom('emails', 'addresses'), compared(sub)).map(([name, inner]) => `${name}[${inner}]`),
    joined(tie('filter')),
    tie('filter').map((inner) => `not (${inner})`),
  ),
}));

describe('a filter (RFC 7644 §3.4.2.2)', () => {
  it('is parsed to the same result that an independent parser produces', () => {
    fc.assert(
      fc.property(filter, (text) => {
        expect(unnested(theirs(parseFilter(text)))).toEqual(unnested(flat(secondOpinion(text))));
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    ['a pr or b pr and c pr', { or: ['a', { and: ['b', 'c'] }] }],
    ['a pr and b pr or c pr', { or: [{ and: ['a', 'b'] }, 'c'] }],
    ['(a pr or b pr) and c pr', { and: [{ or: ['a', 'b'] }, 'c'] }],
    ['not (a pr) and b pr', { and: [{ not: 'a' }, 'b'] }],
    ['a PR AND b Pr', { and: ['a', 'b'] }],
  ])('binds "and" tighter than "or", and has case-insensitive operators: %s', (text, expected) => {
    expect(outline(parseFilter(text))).toEqual(expected);
  });

  it('applies a sub-attribute that follows the brackets (the notation that Entra ID uses) to the same value', () => {
    expect(parseFilter('emails[type eq "work"].value eq "a"')).toEqual(
      parseFilter('emails[type eq "work" and value eq "a"]'),
    );
  });

  it('can contain JSON strings', () => {
    expect(parseFilter('a eq "\\"\\\\\\u00fc]"')).toEqual({ kind: 'compare', path: 'a', op: 'eq', value: '"\\ü]' });
  });

  it.each([
    '',
    'userName',
    'userName eq',
    'userName eq x',
    'userName xx "x"',
    'userName eq "x',
    "userName eq 'x'",
    '(userName pr',
    'userName pr)',
    'userName pr and',
    'and userName pr',
    'emails[type eq "work"',
    'emails[]',
    'emails[type eq "work"] value eq "x"',
    'userName eq "x" userName eq "y"',
    'userName eq 01',
    'userName eq "\\x"',
    'not userName pr',
    '1a pr',
    'a\\b pr',
  ])('is refused as invalidFilter: %s', (text) => {
    expect(() => parseFilter(text)).toThrow(expect.objectContaining({ scimType: 'invalidFilter' }));
  });

  it('is limited to 8,192 characters, 256 comparisons and 32 levels', () => {
    const terms = (count: number): string => Array.from({ length: count }, () => 'a pr').join(' or ');
    const deep = (levels: number): string => `${'('.repeat(levels)}a pr${')'.repeat(levels)}`;
    expect(parseFilter(terms(256))).toMatchObject({ kind: 'or' });
    expect(parseFilter(deep(32))).toEqual({ kind: 'present', path: 'a' });
    for (const text of [terms(257), deep(33), deep(4_000), `a eq "${'x'.repeat(8_192)}"`]) {
      expect(() => parseFilter(text)).toThrow(expect.objectContaining({ scimType: 'invalidFilter' }));
    }
  });
});

describe('a path of PATCH (RFC 7644 §3.5.2)', () => {
  it.each([
    ['members', 'members', null],
    ['name.familyName', 'name.familyName', null],
    ['addresses[type eq "work"]', 'addresses', null],
    ['members[value eq "2819c223"].displayName', 'members', 'displayName'],
    ['urn:x:y:2.0:User:a[b pr].$ref', 'urn:x:y:2.0:User:a', '$ref'],
  ])('can be %s', (text, name, part) => {
    expect(parseValuePath(text)).toMatchObject({ path: name, sub: part });
  });

  it.each(['[a pr]', 'emails[type eq "work"] .value', 'emails[type eq "work"].value.x', 'emails eq', '"emails"'])(
    'cannot be %s',
    (text) => {
      expect(() => parseValuePath(text)).toThrow(expect.objectContaining({ scimType: 'invalidPath' }));
    },
  );
});

function outline(parsed: Filter): unknown {
  if (parsed.kind === 'and' || parsed.kind === 'or') return { [parsed.kind]: parsed.parts.map(outline) };
  if (parsed.kind === 'not') return { not: outline(parsed.part) };
  return 'path' in parsed ? parsed.path : null;
}
