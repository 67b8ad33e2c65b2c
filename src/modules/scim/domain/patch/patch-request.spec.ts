import type { ScimPreset } from '../../contract/scim.types';
import { DIALECTS } from '../dialect';
import { userModel } from '../schema/resource-model';
import { ENTERPRISE_URN, USER_URN } from '../schema/user.schema';
import { PATCH_URN, readPatch } from './patch-request';

const model = userModel();

const read = (operations: unknown, preset: ScimPreset = 'rfc') =>
  readPatch(model, { schemas: [PATCH_URN], Operations: operations }, DIALECTS[preset]);

/** Returns the target and value of each operation. */
const targets = (operations: readonly object[], preset: ScimPreset = 'rfc') =>
  read(operations, preset).map(({ target: { attribute, sub }, value }) => [
    [attribute?.name, sub?.name].filter(Boolean).join('.'),
    value,
  ]);

const refused = (scimType: string) => expect.objectContaining({ scimType }) as Error;

/** Returns the given number of spellings of one attribute name. Names are case-insensitive (RFC 7643 §2.1). */
const spellings = (count: number): readonly string[] =>
  Array.from({ length: count }, (_, index) =>
    [...'preferredlanguage'].map((letter, bit) => ((index >> bit) & 1 ? letter.toUpperCase() : letter)).join(''),
  );
const objectOf = (names: readonly string[]) => Object.fromEntries(names.map((name) => [name, 'en']));

describe('the body of a PATCH (RFC 7644 §3.5.2)', () => {
  it.each(['rfc', 'entra'] as const)('must be an object (%s)', (preset) => {
    for (const body of [null, 'x', [], [{ op: 'add' }]]) {
      expect(() => readPatch(model, body, DIALECTS[preset])).toThrow(refused('invalidSyntax'));
    }
  });

  it.each([undefined, null, PATCH_URN, [], [USER_URN]])(
    'must name its schema, except from providers that do not send it: %j',
    (schemas) => {
      const body = { schemas, Operations: [{ op: 'add', path: 'title', value: 'x' }] };
      expect(() => readPatch(model, body, DIALECTS.rfc)).toThrow(refused('invalidSyntax'));
      expect(readPatch(model, body, DIALECTS.entra)).toHaveLength(1);
    },
  );

  it.each([
    ['a value that is not a list', { op: 'add', path: 'title', value: 'x' }],
    ['null', [null]],
    ['a string', ['add']],
    ['no "op"', [{ path: 'title', value: 'x' }]],
    ['an "op" that is not a string', [{ op: 7, path: 'title', value: 'x' }]],
  ])('is refused with %s as its operations', (_what, operations) => {
    for (const preset of ['rfc', 'entra'] as const)
      expect(() => read(operations, preset)).toThrow(refused('invalidSyntax'));
  });
});

describe('the path of an operation (RFC 7644 §3.5.2)', () => {
  it.each([undefined, null, ''])('can be omitted, or sent as %j', (path) => {
    expect(targets([{ op: 'add', path, value: { title: 'x' } }])).toEqual([['title', 'x']]);
  });

  it('is trimmed', () => {
    expect(targets([{ op: 'add', path: ' name.givenName ', value: 'x' }])).toEqual([['name.givenName', 'x']]);
  });

  it('is read from the member with the exact name if two members match', () => {
    expect(targets([{ op: 'add', Path: 'nickName', path: 'title', value: 'x' }])).toEqual([['title', 'x']]);
  });

  it.each([
    ['that is not a string', 7],
    ['that is not a string', true],
    ['that is not a string', ['title']],
    ['that is blank', ' '],
    ['with a filter on an unknown attribute', 'color[type eq "x"]'],
    ['with a filter on a complete extension', `${ENTERPRISE_URN}[department eq "x"]`],
    ['with a filter on a sub-attribute', 'emails.value[type eq "x"]'],
    ['with a filter on a single value', 'name[givenName eq "x"]'],
  ])('%s is refused: %j', (_what, path) => {
    for (const preset of ['rfc', 'entra'] as const) {
      expect(() => read([{ op: 'add', path, value: { title: 'x' } }], preset)).toThrow(refused('invalidPath'));
    }
  });

  it('is refused with a message that names the unknown part', () => {
    const operation = { op: 'add', path: 'emails[type pr].color', value: 'x' };
    expect(() => read([operation])).toThrow('"emails" has no "color".');
  });
});

describe('a value without a path', () => {
  it('can name its schemas, which are not treated as an attribute', () => {
    const value = { schemas: [USER_URN], Schemas: [USER_URN], title: 'x' };
    for (const preset of ['rfc', 'entra'] as const) {
      expect(targets([{ op: 'add', value }], preset)).toEqual([['title', 'x']]);
    }
  });

  it.each(['color', 'color[type eq "x"].value', ' title', ' emails'])(
    'is refused if it has an unknown member, which lenient presets ignore: %j',
    (name) => {
      const operation = { op: 'add', value: { [name]: 'x', nickName: 'y' } };
      expect(() => read([operation])).toThrow(refused('invalidPath'));
      expect(targets([operation], 'entra')).toEqual([['nickName', 'y']]);
    },
  );
});

describe('a large PATCH', () => {
  it('can name at most 10,000 attributes in all its operations', () => {
    const names = spellings(10_000);
    expect(read([{ op: 'add', value: objectOf(names) }])).toHaveLength(10_000);
    const halves = [names.slice(0, 5_000), names.slice(5_000)].map((half) => ({ op: 'add', value: objectOf(half) }));
    expect(read(halves)).toHaveLength(10_000);
    const oneMore = { op: 'add', path: 'title', value: 'x' };
    expect(() => read([...halves, oneMore])).toThrow(refused('invalidValue'));
  });

  it('can contain at most 10,000 members in a value, including ignored members', () => {
    const unknown = (count: number) => objectOf(Array.from({ length: count }, (_, index) => `unknown${index}`));
    expect(read([{ op: 'add', value: unknown(10_000) }], 'entra')).toEqual([]);
    expect(() => read([{ op: 'add', value: unknown(10_001) }], 'entra')).toThrow(refused('invalidValue'));
  });

  it.each([
    ['or', (part: string) => part],
    ['and', (part: string) => part],
    ['and', (part: string) => `not (${part})`],
  ])('can contain at most 2,000 comparisons in its filters, joined by "%s"', (word, term) => {
    const operation = (count: number) => {
      const filter = Array.from({ length: count }, () => term('type eq "x"')).join(` ${word} `);
      return { op: 'remove', path: `emails[${filter}]` };
    };
    const most = Array.from({ length: 10 }, () => operation(200));
    expect(read(most)).toHaveLength(10);
    expect(() => read([...most, operation(1)])).toThrow(refused('invalidValue'));
  });

  it('counts each comparison in a negated group', () => {
    const group = Array.from({ length: 200 }, () => 'type eq "x"').join(' or ');
    const operations = Array.from({ length: 11 }, () => ({ op: 'remove', path: `emails[not (${group})]` }));
    expect(read(operations.slice(1))).toHaveLength(10);
    expect(() => read(operations)).toThrow(refused('invalidValue'));
  });
});
