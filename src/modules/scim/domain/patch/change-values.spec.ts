import { patching } from '../../../../../test/support/scim-patch';
import type { ScimPreset } from '../../contract/scim.types';
import { attribute, text } from '../schema/define';
import { userModel } from '../schema/resource-model';
import type { ScimObject } from '../schema/schema.types';

const DOORS_URN = 'urn:x:doors';
const KEYS = `${DOORS_URN}:keys`;
const LOCKS = `${DOORS_URN}:locks`;
const model = userModel([
  {
    id: DOORS_URN,
    name: 'Doors',
    description: 'For a test.',
    attributes: [
      text('keys', 'Simple values.', { multiValued: true }),
      attribute('locks', 'complex', 'Values that keep their number.', {
        multiValued: true,
        subAttributes: [text('number', 'Given once.', { mutability: 'immutable' }), text('room', 'For a test.')],
      }),
    ],
  },
]);

const WORK = { value: 'ada@work.example', type: 'work', primary: true };
const HOME = { value: 'ada@home.example', type: 'home' };
const LONDON = { locality: 'London', type: 'home', primary: true };
const PARIS = { locality: 'Paris', type: 'other' };
const LOCK = { number: '1', room: 'A' };
const ADA: ScimObject = {
  userName: 'ada',
  emails: [WORK, HOME],
  addresses: [LONDON, PARIS],
  [DOORS_URN]: { keys: ['a', 'b'], locks: [LOCK, { room: 'B' }] },
};

const patch = patching(model, ADA);

const fails = (operation: object, scimType: string, preset: ScimPreset = 'rfc'): void => {
  expect(() => patch(operation, preset)).toThrow(expect.objectContaining({ scimType }));
};

describe('a path to a sub-attribute of every value (RFC 7644 §3.5.2)', () => {
  it.each<[object, readonly object[]]>([
    [
      { op: 'replace', path: 'emails.type', value: 'x' },
      [
        { ...WORK, type: 'x' },
        { ...HOME, type: 'x' },
      ],
    ],
    [
      { op: 'add', path: 'emails.display', value: 'x' },
      [
        { ...WORK, display: 'x' },
        { ...HOME, display: 'x' },
      ],
    ],
    [{ op: 'remove', path: 'emails.primary' }, [{ value: WORK.value, type: 'work' }, HOME]],
  ])('changes each value: %j', (operation, expected) => {
    expect(patch(operation)['emails']).toStrictEqual(expected);
  });

  it('adds a value if there is none', () => {
    for (const op of ['add', 'replace']) {
      expect(patch({ op, path: 'phoneNumbers.value', value: '1' })['phoneNumbers']).toEqual([{ value: '1' }]);
    }
  });
});

describe('a removal of values (RFC 7644 §3.5.2.2)', () => {
  it.each<[object, string, unknown]>([
    [{ path: 'emails', value: [{ value: HOME.value }, { value: WORK.value }] }, 'emails', undefined],
    [{ path: 'emails', value: { value: WORK.value } }, 'emails', [HOME]],
    // Values without a "value" member differ if any of their members differs.
    [{ path: 'addresses', value: [PARIS] }, 'addresses', [LONDON]],
    [{ path: 'addresses', value: [{ locality: 'Paris' }] }, 'addresses', [LONDON, PARIS]],
    // A value is ignored if the path has a filter or a sub-attribute.
    [{ path: 'emails[type eq "home"]', value: { value: 'x' } }, 'emails', [WORK]],
    [{ path: 'emails[type eq "work"].primary', value: true }, 'emails', [{ value: WORK.value, type: 'work' }, HOME]],
  ])('removes exactly those values: %j', (operation, name, expected) => {
    expect(patch({ op: 'remove', ...operation }, 'entra')[name]).toStrictEqual(expected);
  });

  it('removes simple values', () => {
    const after = patch({ op: 'remove', path: KEYS, value: ['a'] }, 'entra');
    expect(after[DOORS_URN]).toMatchObject({ keys: ['b'] });
  });

  it('removes a value together with its last member (RFC 7643 §2.5)', () => {
    const ada = { ...ADA, emails: [WORK, { type: 'home' }] };
    expect(patch({ op: 'remove', path: 'emails[type eq "home"].type' }, 'rfc', ada)['emails']).toEqual([WORK]);
  });
});

describe('a change of selected values', () => {
  it.each(['add', 'replace'])('by %s with null removes them', (op) => {
    expect(patch({ op, path: 'emails[type eq "home"]', value: null })['emails']).toStrictEqual([WORK]);
  });

  it('by "add" with null keeps all values', () => {
    expect(patch({ op: 'add', path: 'emails', value: null })).toStrictEqual(ADA);
  });

  it.each(['add', 'replace'])('by %s replaces a simple value', (op) => {
    expect(patch({ op, path: `${KEYS}[value eq "a"]`, value: 'c' })[DOORS_URN]).toMatchObject({ keys: ['c', 'b'] });
  });

  it('adds only simple values that are not present yet', () => {
    expect(patch({ op: 'add', path: KEYS, value: ['b', 'c'] })[DOORS_URN]).toMatchObject({ keys: ['a', 'b', 'c'] });
  });

  it.each([
    { value: 'ada@home.example', type: 'home', display: 'Ada' },
    { display: 'Ada', type: 'home', value: 'ada@home.example' },
    { type: 'home', value: 'ada@home.example', display: 'Ada' },
  ])('does not add a value that is present, whatever the order of its members: %j', (value) => {
    const ada = { ...ADA, emails: [{ type: 'home', display: 'Ada', value: 'ada@home.example' }] };
    expect(patch({ op: 'add', path: 'emails', value: [value] }, 'rfc', ada)).toEqual(ada);
  });

  it('moves "primary" even from a value without a "value" member (RFC 7643 §2.4)', () => {
    const value = { locality: 'Rome', primary: true };
    const after = patch({ op: 'add', path: 'addresses', value: [value] });
    expect(after['addresses']).toEqual([{ ...LONDON, primary: false }, PARIS, value]);
  });
});

describe('an immutable sub-attribute (RFC 7643 §2.2)', () => {
  it.each([
    { op: 'replace', path: `${LOCKS}[room eq "A"].number`, value: '2' },
    { op: 'remove', path: `${LOCKS}[room eq "A"].number` },
    { op: 'replace', path: `${LOCKS}[room eq "A"]`, value: { number: '2', room: 'A' } },
    { op: 'add', path: `${LOCKS}[room eq "A"]`, value: { number: '2' } },
  ])('cannot be changed or removed: %j', (operation) => {
    fails(operation, 'mutability');
  });

  it.each<[object, readonly object[]]>([
    [{ op: 'replace', path: `${LOCKS}[room eq "A"].number`, value: '1' }, [LOCK, { room: 'B' }]],
    [{ op: 'replace', path: `${LOCKS}[room eq "A"].room`, value: 'C' }, [{ ...LOCK, room: 'C' }, { room: 'B' }]],
    [{ op: 'add', path: `${LOCKS}[room eq "A"]`, value: { room: 'C' } }, [{ ...LOCK, room: 'C' }, { room: 'B' }]],
    [{ op: 'replace', path: `${LOCKS}[room eq "B"].number`, value: '2' }, [LOCK, { room: 'B', number: '2' }]],
  ])('can be set once, is kept by other changes, and can be sent unchanged: %j', (operation, locks) => {
    expect(patch(operation)[DOORS_URN]).toMatchObject({ locks });
  });
});

describe('an "add" whose filter selects no value', () => {
  it.each<[string, readonly object[]]>([
    ['phoneNumbers[type eq "work"].value', [{ type: 'work', value: '1' }]],
    ['phoneNumbers[type eq "work" and primary eq true].value', [{ type: 'work', primary: true, value: '1' }]],
  ])('creates the value that the equality conditions describe: %s', (path, expected) => {
    expect(patch({ op: 'add', path, value: '1' })['phoneNumbers']).toStrictEqual(expected);
  });

  it.each([
    'phoneNumbers[type co "work"].value',
    'phoneNumbers[type pr].value',
    'phoneNumbers[type eq null and type pr].value',
    'phoneNumbers[type pr and primary eq true].value',
    'phoneNumbers[type eq "work" or type eq "home"].value',
    'phoneNumbers[not (type pr) and type eq "work"].value',
    'phoneNumbers[type eq null].value',
    `${KEYS}[value eq "z"]`,
  ])('fails with noTarget if the filter does not describe a value: %s', (path) => {
    fails({ op: 'add', path, value: '1' }, 'noTarget');
  });

  it.each([
    ['phoneNumbers[type eq "work"].value', null],
    ['phoneNumbers[type eq "work"]', null],
    ['phoneNumbers[type eq "work"]', {}],
  ])('does not create a value without assigned members: %s, %j', (path, value) => {
    for (const preset of ['rfc', 'entra'] as const) {
      expect(patch({ op: 'add', path, value }, preset)).toStrictEqual(ADA);
    }
  });
});
