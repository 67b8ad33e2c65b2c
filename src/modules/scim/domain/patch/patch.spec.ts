import fc from 'fast-check';
import SCIMMY from 'scimmy';
import { patching } from '../../../../../test/support/scim-patch';
import type { ScimPreset } from '../../contract/scim.types';
import { DIALECTS } from '../dialect';
import { readResource } from '../read-resource';
import { attribute } from '../schema/define';
import { ENTERPRISE_URN, USER_URN } from '../schema/user.schema';
import { userModel } from '../schema/resource-model';
import type { ScimObject } from '../schema/schema.types';
import { PATCH_URN } from './patch-request';

const model = userModel();

const ADA: ScimObject = {
  id: 'usr-1',
  userName: 'ada',
  name: { givenName: 'Ada', familyName: 'Lovelace' },
  emails: [
    { value: 'ada@work.example', type: 'work', primary: true },
    { value: 'ada@home.example', type: 'home' },
  ],
  [ENTERPRISE_URN]: { department: 'Engines', manager: { value: 'usr-2' } },
};

const patch = patching(model, ADA);

const fails = (operations: readonly object[], scimType: string, preset: ScimPreset = 'rfc'): void => {
  expect(() => patch(operations, preset)).toThrow(expect.objectContaining({ scimType }));
};

describe('PATCH add (RFC 7644 §3.5.2.1)', () => {
  it('sets missing attributes and merges into a complex attribute', () => {
    const after = patch([
      { op: 'add', path: 'title', value: 'Countess' },
      { op: 'add', path: 'name', value: { middleName: 'King' } },
      { op: 'add', value: { nickName: 'Ada', [ENTERPRISE_URN]: { costCenter: '7' } } },
    ]);
    expect(after).toMatchObject({
      title: 'Countess',
      nickName: 'Ada',
      name: { givenName: 'Ada', middleName: 'King', familyName: 'Lovelace' },
      [ENTERPRISE_URN]: { department: 'Engines', costCenter: '7' },
    });
    expect(ADA).not.toHaveProperty('title');
  });

  it('appends values and ignores values that are already present', () => {
    const other = { value: 'x@example.com', type: 'other' };
    const after = patch([{ op: 'add', path: 'emails', value: [other, { value: 'ada@home.example', type: 'home' }] }]);
    expect(after['emails']).toEqual([...(ADA['emails'] as object[]), other]);
  });

  it('recognizes a value that is present, whatever the order of its members', () => {
    const same = { type: 'home', value: 'ada@home.example' };
    expect(patch([{ op: 'add', path: 'emails', value: [same] }])).toEqual(ADA);
  });

  it('creates the value that a filter describes, and keeps the case of its strings', () => {
    expect(patch([{ op: 'add', path: 'phoneNumbers[type eq "Mobile"].value', value: '1' }])['phoneNumbers']).toEqual([
      { type: 'Mobile', value: '1' },
    ]);
  });

  it('moves "primary" from the value that had it', () => {
    const after = patch([{ op: 'add', path: 'emails', value: { value: 'new@example.com', primary: true } }]);
    const primaries = (after['emails'] as ScimObject[]).filter(({ primary }) => primary === true);
    expect(primaries).toEqual([{ value: 'new@example.com', primary: true }]);
    const moved = patch([{ op: 'replace', path: 'emails[type eq "home"].primary', value: true }]);
    expect(moved['emails']).toMatchObject([{ primary: false }, { primary: true }]);
  });
});

describe('PATCH remove (RFC 7644 §3.5.2.2)', () => {
  it('removes attributes, sub-attributes, selected values and extensions', () => {
    const after = patch([
      { op: 'remove', path: 'name.familyName' },
      { op: 'remove', path: 'emails[type eq "home"]' },
      { op: 'remove', path: `${ENTERPRISE_URN}:department` },
    ]);
    expect(after).toEqual({
      ...ADA,
      name: { givenName: 'Ada' },
      emails: [(ADA['emails'] as object[])[0]],
      [ENTERPRISE_URN]: { manager: { value: 'usr-2' } },
    });
    expect(patch([{ op: 'remove', path: ENTERPRISE_URN }])).not.toHaveProperty([ENTERPRISE_URN]);
    expect(patch([{ op: 'remove', path: 'emails[type pr]' }])).not.toHaveProperty('emails');
    expect(patch([{ op: 'remove', path: 'emails[type eq "work"].primary' }])['emails']).toEqual([
      { value: 'ada@work.example', type: 'work' },
      { value: 'ada@home.example', type: 'home' },
    ]);
  });

  it('removes only the named values', () => {
    const after = patch([{ op: 'remove', path: 'emails', value: [{ value: 'ada@home.example' }] }], 'entra');
    expect(after['emails']).toMatchObject([{ type: 'work' }]);
  });

  it('needs a target and refuses to remove required attributes', () => {
    fails([{ op: 'remove' }], 'noTarget');
    fails([{ op: 'remove', path: 'userName' }], 'mutability');
    fails([{ op: 'remove', path: 'emails[type eq "other"]' }], 'noTarget');
    expect(patch([{ op: 'Remove', path: 'emails[type eq "other"]' }], 'entra')).toEqual(ADA);
  });
});

describe('PATCH replace (RFC 7644 §3.5.2.3)', () => {
  it('replaces values, selected values and their members', () => {
    const after = patch([
      { op: 'replace', path: 'emails[type eq "work"].value', value: 'a@b.example' },
      { op: 'replace', path: 'name', value: { givenName: 'A.' } },
      { op: 'replace', path: `${USER_URN}:userName`, value: 'al' },
    ]);
    expect(after).toMatchObject({ userName: 'al', name: { givenName: 'A.', familyName: 'Lovelace' } });
    expect((after['emails'] as object[])[0]).toEqual({ value: 'a@b.example', type: 'work', primary: true });
    expect(patch([{ op: 'replace', path: 'emails', value: [{ value: 'x' }] }])['emails']).toEqual([{ value: 'x' }]);
  });

  it('replaces a selected value completely, while "add" keeps members that it does not name', () => {
    const work = { type: 'work', streetAddress: '911 Universal City Plaza', formatted: 'A label', primary: true };
    const ada = { ...ADA, addresses: [work, { type: 'home', locality: 'London' }] };
    const value = { type: 'work', locality: 'Hollywood' };
    const path = 'addresses[type eq "work"]';
    expect(patch([{ op: 'replace', path, value }], 'rfc', ada)['addresses']).toEqual([value, ada.addresses[1]]);
    expect(patch([{ op: 'add', path, value }], 'rfc', ada)['addresses']).toEqual([
      { ...work, ...value },
      ada.addresses[1],
    ]);
  });

  it('adds missing attributes', () => {
    const after = patch([
      { op: 'replace', path: 'title', value: 'Countess' },
      { op: 'replace', path: 'name.middleName', value: 'King' },
      { op: 'replace', path: 'phoneNumbers', value: [{ value: '1' }] },
    ]);
    expect(after).toMatchObject({ title: 'Countess', name: { middleName: 'King' }, phoneNumbers: [{ value: '1' }] });
  });

  it('fails with noTarget if no value matches, but creates the value for providers that expect that', () => {
    const operation = { op: 'replace', path: 'emails[type eq "other"].value', value: 'o@example.com' };
    fails([operation], 'noTarget');
    for (const preset of ['okta', 'entra', 'entra-legacy'] as const) {
      expect((patch([operation], preset)['emails'] as object[]).at(-1)).toEqual({
        type: 'other',
        value: 'o@example.com',
      });
    }
  });

  it('unassigns attributes if the value is null', () => {
    const after = patch([
      { op: 'replace', path: 'name.givenName', value: null },
      { op: 'replace', value: { emails: null, [`${ENTERPRISE_URN}:manager`]: null } },
    ]);
    expect(after).toEqual({
      id: 'usr-1',
      userName: 'ada',
      name: { familyName: 'Lovelace' },
      [ENTERPRISE_URN]: { department: 'Engines' },
    });
  });
});

describe('PATCH of a complete extension', () => {
  it('ignores the schemas that its value names', () => {
    const value = { schemas: [ENTERPRISE_URN], costCenter: '7' };
    for (const op of ['add', 'replace']) {
      const after = patch([{ op, path: ENTERPRISE_URN, value }]);
      expect(after[ENTERPRISE_URN]).toEqual({ department: 'Engines', manager: { value: 'usr-2' }, costCenter: '7' });
    }
  });

  it('refuses members that the extension does not have', () => {
    fails([{ op: 'add', path: ENTERPRISE_URN, value: { schema: ENTERPRISE_URN } }], 'invalidPath');
  });
});

describe('a request from Entra ID or Okta', () => {
  it('is accepted with capitals, booleans as text, dotted names, complete URNs and paths as names', () => {
    const after = patch(
      [
        {
          op: 'Replace',
          value: {
            active: 'False',
            'name.givenName': 'Augusta',
            [`${ENTERPRISE_URN}:department`]: 'Sales',
            'emails[type eq "work"].value': 'aug@work.example',
            id: 'usr-1',
            unknownThing: 1,
          },
        },
        { op: 'Replace', path: 'title', value: [{ $ref: null, value: 'Boss' }] },
        { op: 'Add', path: 'roles[primary eq "True"].value', value: 'Admin' },
        { op: 'Add', path: `${ENTERPRISE_URN}:manager`, value: 'usr-8' },
        { op: 'Add', path: `${ENTERPRISE_URN}:manager`, value: [{ $ref: null, value: 'usr-9' }] },
      ],
      'entra',
    );
    expect(after).toMatchObject({
      active: false,
      title: 'Boss',
      roles: [{ primary: true, value: 'Admin' }],
      name: { givenName: 'Augusta', familyName: 'Lovelace' },
      [ENTERPRISE_URN]: { department: 'Sales', manager: { value: 'usr-9' } },
    });
    expect((after['emails'] as object[])[0]).toMatchObject({ value: 'aug@work.example', primary: true });
  });

  it('is refused without such a preset', () => {
    fails([{ op: 'replace', value: { active: 'False' } }], 'invalidValue');
    fails([{ op: 'replace', value: { unknownThing: 1 } }], 'invalidPath');
    fails([{ op: 'replace', value: { id: 'usr-7' } }], 'mutability');
  });
});

describe('an invalid PATCH', () => {
  it.each([
    [{ op: 'move', path: 'title', value: 'x' }, 'invalidSyntax'],
    [{ op: 'add', path: 'title' }, 'invalidValue'],
    [{ op: 'add', value: 'x' }, 'invalidValue'],
    [{ op: 'add', path: 'colour', value: 'x' }, 'invalidPath'],
    [{ op: 'add', path: 'name.colour', value: 'x' }, 'invalidPath'],
    [{ op: 'add', path: 'name[givenName pr]', value: 'x' }, 'invalidPath'],
    [{ op: 'add', path: 'emails[', value: 'x' }, 'invalidPath'],
    [{ op: 'add', path: 'emails[type eq', value: 'x' }, 'invalidPath'],
    [{ op: 'add', path: 'emails[type eq "work]', value: 'x' }, 'invalidPath'],
    [{ op: 'add', path: 'emails[color pr]', value: 'x' }, 'invalidFilter'],
    [{ op: 'add', path: 'emails[type pr].color', value: 'x' }, 'invalidPath'],
    [{ op: 'replace', path: 'id', value: 'x' }, 'mutability'],
    [{ op: 'replace', path: 'groups', value: [] }, 'mutability'],
    [{ op: 'remove', path: 'id' }, 'mutability'],
    [{ op: 'remove', path: 'groups' }, 'mutability'],
    [{ op: 'remove', path: 'meta.created' }, 'mutability'],
    [{ op: 'add', path: 'title', value: 7 }, 'invalidValue'],
    [{ op: 'add', path: 'title', value: 'a\u0000' }, 'invalidValue'],
    [
      {
        op: 'add',
        path: 'emails',
        value: [
          { value: 'a', primary: true },
          { value: 'b', primary: true },
        ],
      },
      'invalidValue',
    ],
    [{ op: 'add', path: '__proto__', value: { polluted: true } }, 'invalidPath'],
    [{ op: 'add', path: 'constructor.prototype', value: { polluted: true } }, 'invalidPath'],
  ])('is refused with the cause: %j', (operation, scimType) => {
    fails([{ op: 'add', path: 'title', value: 'first' }, operation], scimType);
  });

  it('can contain at most 1,000 operations, which are applied in order', () => {
    const many = (count: number) =>
      Array.from({ length: count }, (_, index) => ({ op: 'replace', path: 'title', value: `title ${index}` }));
    expect(patch(many(1_000))['title']).toBe('title 999');
    fails(many(1_001), 'invalidValue');
    fails([], 'invalidSyntax');
  });

  it('cannot give an attribute more than 500 values in all its operations', () => {
    const some = (from: number) => Array.from({ length: 300 }, (_, index) => ({ value: String(from + index) }));
    const add = (from: number) => ({ op: 'add', path: 'phoneNumbers', value: some(from) });
    expect(patch([add(0), add(200)])['phoneNumbers']).toHaveLength(500);
    fails([add(0), add(300)], 'invalidValue');
  });

  it('can name at most 10,000 attributes in values without a path, and can contain at most 2,000 comparisons', () => {
    const paths = Array.from({ length: 10_001 }, (_, index) => [`emails[type eq "t${index}"].value`, 'x'] as const);
    fails([{ op: 'add', value: Object.fromEntries(paths) }], 'invalidValue', 'entra');
    const long = `emails[${Array.from({ length: 201 }, () => 'type eq "x"').join(' or ')}]`;
    fails(
      Array.from({ length: 10 }, () => ({ op: 'Remove', path: long })),
      'invalidValue',
      'entra',
    );
  });
});

describe('compared with scimmy', () => {
  const word = fc.constantFrom('a', 'b', 'c');
  const type = fc.constantFrom('work', 'home', 'other');
  const operation = fc.oneof(
    fc.record({
      op: fc.constantFrom('add', 'replace'),
      path: fc.constantFrom('title', 'nickName', 'name.givenName'),
      value: word,
    }),
    fc.record({ op: fc.constant('remove'), path: fc.constantFrom('title', 'name.middleName', 'emails') }),
    fc.record({
      op: fc.constantFrom('add', 'replace'),
      path: fc.constant('emails'),
      value: fc.array(fc.record({ value: fc.string({ minLength: 6, maxLength: 8, unit: word }), type }), {
        minLength: 1,
        maxLength: 2,
      }),
    }),
    fc.record({ op: fc.constantFrom('add', 'replace'), value: fc.record({ title: word, userType: word }) }),
  );

  it('gives the same result', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(operation, { minLength: 1, maxLength: 6 }), async (operations) => {
        const resource = { schemas: [USER_URN], ...ADA };
        const message = new SCIMMY.Messages.PatchOp({ schemas: [PATCH_URN], Operations: operations });
        const theirs = await message.apply(new SCIMMY.Schemas.User(resource, 'out'), (patched) =>
          Promise.resolve(patched),
        );
        const expected = JSON.parse(JSON.stringify(theirs ?? resource)) as ScimObject;
        const ours = patch(operations);
        for (const name of ['userName', 'title', 'nickName', 'userType', 'name', 'emails']) {
          expect([name, comparable(ours[name])]).toEqual([name, comparable(expected[name])]);
        }
      }),
      { numRuns: 100 },
    );
  });

  /** Ignores unassigned attributes and repeated values, which scimmy keeps. */
  function comparable(value: unknown): unknown {
    if (value === null || value === undefined || (Array.isArray(value) && value.length === 0)) return null;
    if (Array.isArray(value)) return [...new Set(value.map((one) => JSON.stringify(one)))].sort();
    return value;
  }
});

describe('a complete resource (RFC 7644 §3.3, §3.5.1)', () => {
  const body = {
    schemas: [USER_URN],
    USERNAME: 'ada',
    id: 'usr-other',
    meta: { version: 'W/"1"' },
    emails: [],
    name: { givenName: 'Ada', middleName: null },
    groups: [{ value: 'grp-1' }],
  };

  it('is read with the names of its schema, without read-only or unassigned attributes', () => {
    expect(readResource(model, body, DIALECTS.rfc)).toEqual({ userName: 'ada', name: { givenName: 'Ada' } });
  });

  it.each([
    [{ ...body, schemas: [] }, 'invalidSyntax'],
    [{ ...body, schemas: [USER_URN, 'urn:x:unknown'] }, 'invalidSyntax'],
    [{ ...body, colour: 'red' }, 'invalidSyntax'],
    [{ ...body, USERNAME: ' ' }, 'invalidValue'],
    [{ ...body, name: 'Ada' }, 'invalidValue'],
    [{ ...body, emails: { value: 'x' } }, 'invalidValue'],
    [{ ...body, active: 'True' }, 'invalidValue'],
    [[body], 'invalidSyntax'],
    ['ada', 'invalidSyntax'],
    [null, 'invalidSyntax'],
  ])('is refused: %j', (sent, scimType) => {
    expect(() => readResource(model, sent, DIALECTS.rfc)).toThrow(expect.objectContaining({ scimType }));
  });

  it('is accepted as Entra ID sends it: an extra schema, booleans as text, $ref null', () => {
    const sent = {
      ...body,
      schemas: [USER_URN, 'http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/User'],
      active: 'True',
      colour: 'red',
      [ENTERPRISE_URN]: { manager: { value: 'usr-2', $ref: null } },
    };
    expect(readResource(model, sent, DIALECTS['entra-legacy'])).toEqual({
      userName: 'ada',
      name: { givenName: 'Ada' },
      active: true,
      [ENTERPRISE_URN]: { manager: { value: 'usr-2' } },
    });
  });
});

describe('a dateTime (RFC 7643 §2.3.5)', () => {
  const born = attribute('born', 'dateTime', 'For a test.');
  const extended = userModel([{ id: 'urn:x:extra', name: 'Extra', description: 'For a test.', attributes: [born] }]);
  const read = (value: string) =>
    readResource(
      extended,
      { schemas: [USER_URN, 'urn:x:extra'], userName: 'ada', 'urn:x:extra': { born: value } },
      DIALECTS.rfc,
    );

  it.each(['2008-01-23T04:56:22Z', '2024-02-29T00:00:00.123+05:30', '0001-01-01T00:00:00Z'])('can be %s', (text) => {
    expect(read(text)).toMatchObject({ 'urn:x:extra': { born: text } });
  });

  it.each([
    '2026-02-30T00:00:00Z',
    '2026-13-01T00:00:00Z',
    '2026-01-01T00:00:00+23:59',
    '0000-01-01T00:00:00Z',
    '12026-01-01T00:00:00Z',
    '2026-01-01',
    'now',
  ])('cannot be %s', (text) => {
    expect(() => read(text)).toThrow(expect.objectContaining({ scimType: 'invalidValue' }));
  });
});
