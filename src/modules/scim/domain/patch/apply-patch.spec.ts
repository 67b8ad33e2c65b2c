import { patching } from '../../../../../test/support/scim-patch';
import type { ScimPreset } from '../../contract/scim.types';
import { attribute, text } from '../schema/define';
import { userModel } from '../schema/resource-model';
import type { ScimObject } from '../schema/schema.types';
import { ENTERPRISE_URN } from '../schema/user.schema';

const BADGE_URN = 'urn:x:badge';
const model = userModel([
  {
    id: BADGE_URN,
    name: 'Badge',
    description: 'For a test.',
    attributes: [
      text('number', 'Given once.', { mutability: 'immutable' }),
      text('serial', 'Given by the server.', { mutability: 'readOnly' }),
      attribute('printed', 'dateTime', 'For a test.'),
    ],
  },
]);

const ADA: ScimObject = {
  id: 'usr-1',
  userName: 'ada',
  title: 'Countess',
  name: { givenName: 'Ada', familyName: 'Lovelace' },
  meta: { created: '2026-11-27T12:00:00Z' },
  [ENTERPRISE_URN]: { department: 'Engines', manager: { value: 'usr-2', displayName: 'Charles' } },
  [BADGE_URN]: { serial: '7' },
};

const patch = patching(model, ADA);

const fails = (operation: object, scimType: string, preset: ScimPreset = 'rfc', resource = ADA): void => {
  expect(() => patch(operation, preset, resource)).toThrow(expect.objectContaining({ scimType }));
};

describe('a PATCH of a complex attribute keeps members that it does not name (RFC 7644 §3.5.2.1, §3.5.2.3)', () => {
  it.each<[string, object, ScimObject | undefined]>([
    ['null clears one member', { familyName: null }, { givenName: 'Ada' }],
    ['null clears one member, regardless of its capitalization', { FAMILYNAME: null }, { givenName: 'Ada' }],
    ['null clears one member while another member is set', { familyName: null, givenName: 'A.' }, { givenName: 'A.' }],
    ['null clears all members', { familyName: null, givenName: null }, undefined],
    ['no member is named', {}, ADA['name'] as ScimObject],
  ])('%s', (_what, value, expected) => {
    for (const op of ['add', 'replace']) expect(patch({ op, path: 'name', value })['name']).toEqual(expected);
  });

  it('even if all members that a provider sends are unknown or read-only', () => {
    const path = `${ENTERPRISE_URN}:manager`;
    expect(patch({ op: 'Replace', path: 'name', value: { nick: 'A.' } }, 'entra')).toEqual(ADA);
    expect(patch({ op: 'Replace', path, value: { displayName: 'Bob' } }, 'entra')).toEqual(ADA);
  });

  it.each(['usr-9', { value: 'usr-9' }, [{ $ref: null, value: 'usr-9' }]])(
    'whatever form a provider uses for the main member: %j',
    (value) => {
      const after = patch({ op: 'Replace', path: `${ENTERPRISE_URN}:manager`, value }, 'entra');
      expect(after[ENTERPRISE_URN]).toMatchObject({ manager: { value: 'usr-9', displayName: 'Charles' } });
    },
  );
});

describe('a removal (RFC 7644 §3.5.2.2)', () => {
  it.each([
    ['title', 'Countess'],
    ['name.familyName', 'Lovelace'],
    ['name', { givenName: 'Ada' }],
  ])('of %s ignores a value', (path, value) => {
    expect(patch({ op: 'remove', path, value })).toStrictEqual(patch({ op: 'remove', path }));
  });

  it('of the last member unassigns the attribute, and of the last attribute unassigns the extension (RFC 7643 §2.5)', () => {
    const ada = { ...ADA, name: { givenName: 'Ada' }, [ENTERPRISE_URN]: { department: 'Engines' } };
    expect(patch({ op: 'remove', path: 'name.givenName' }, 'rfc', ada)).not.toHaveProperty('name');
    const path = `${ENTERPRISE_URN}:department`;
    expect(patch({ op: 'remove', path }, 'rfc', ada)).not.toHaveProperty([ENTERPRISE_URN]);
  });
});

describe('a PATCH of a complete extension', () => {
  it.each(['add', 'replace'])('by %s with null unassigns the extension', (op) => {
    expect(patch({ op, path: ENTERPRISE_URN, value: null })).not.toHaveProperty([ENTERPRISE_URN]);
  });

  it.each(['rfc', 'entra'] as const)('needs an object as its value (%s)', (preset) => {
    for (const value of ['x', 7, ['x']]) fails({ op: 'add', path: ENTERPRISE_URN, value }, 'invalidValue', preset);
  });

  it('can include read-only members for providers known to send them', () => {
    const operation = { op: 'replace', path: BADGE_URN, value: { serial: '8', number: 'B-1' } };
    expect(patch(operation, 'entra')[BADGE_URN]).toEqual({ serial: '7', number: 'B-1' });
    fails(operation, 'mutability');
  });
});

describe('a read-only attribute (RFC 7643 §2.2)', () => {
  it.each([
    ['id', 'usr-1'],
    ['meta', ADA['meta']],
    ['meta.created', '2026-11-27T12:00:00Z'],
    [`${ENTERPRISE_URN}:manager.displayName`, 'Charles'],
  ])('can be sent unchanged: %s', (path, value) => {
    for (const op of ['add', 'replace']) expect(patch({ op, path, value })).toEqual(ADA);
  });

  it.each([
    ['id', 'usr-7'],
    ['meta.created', '2026-11-28T12:00:00Z'],
    [`${ENTERPRISE_URN}:manager.displayName`, 'Eve'],
    ['groups.value', 'grp-1'],
  ])('cannot be changed by its path, whatever the provider: %s', (path, value) => {
    for (const preset of ['rfc', 'entra'] as const) fails({ op: 'replace', path, value }, 'mutability', preset);
  });

  it('is ignored in a value without a path for providers known to send it', () => {
    const value = { id: 'usr-7', title: 'Boss' };
    expect(patch({ op: 'replace', value }, 'okta')).toEqual({ ...ADA, title: 'Boss' });
    fails({ op: 'replace', value }, 'mutability');
  });
});

describe('an immutable attribute (RFC 7643 §2.2)', () => {
  const path = `${BADGE_URN}:number`;
  const numbered = { ...ADA, [BADGE_URN]: { number: 'B-1' } };

  it('can be set once, and sent again unchanged', () => {
    expect(patch({ op: 'add', path, value: 'B-1' })[BADGE_URN]).toEqual({ serial: '7', number: 'B-1' });
    expect(patch({ op: 'replace', path, value: 'B-1' }, 'rfc', numbered)).toEqual(numbered);
  });

  it.each([{ op: 'add', value: 'B-2' }, { op: 'replace', value: 'B-2' }, { op: 'remove' }])(
    'cannot be changed or removed: %j',
    (operation) => {
      fails({ ...operation, path }, 'mutability', 'rfc', numbered);
    },
  );
});
