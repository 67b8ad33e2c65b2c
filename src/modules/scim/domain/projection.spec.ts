import { project, readProjection } from './projection';
import { userModel } from './schema/resource-model';
import { ENTERPRISE_URN, USER_URN } from './schema/user.schema';

const model = userModel([
  {
    id: 'urn:example:extra',
    name: 'Extra',
    description: 'For a test',
    attributes: [
      {
        name: 'note',
        type: 'string',
        multiValued: false,
        description: '',
        required: false,
        caseExact: false,
        mutability: 'readWrite',
        returned: 'request',
        uniqueness: 'none',
      },
    ],
  },
]);
const ADA = {
  schemas: [USER_URN],
  id: 'usr-1',
  userName: 'ada',
  password: 'never-shown-anywhere',
  name: { givenName: 'Ada', familyName: 'Lovelace' },
  emails: [{ value: 'a', type: 'work' }, { type: 'home' }],
  [ENTERPRISE_URN]: { department: 'Engines', costCenter: '7' },
  'urn:example:extra': { note: 'x' },
};
const shown = (attributes: string[], excluded: string[] = []) =>
  project(model, ADA, readProjection(model, attributes, excluded));
const ALWAYS = { schemas: ADA.schemas, id: ADA.id };

describe('the content of a response (RFC 7644 §3.9)', () => {
  it('contains all attributes except those that are returned only on request or never', () => {
    const { password: _never, 'urn:example:extra': _onRequest, ...rest } = ADA;
    expect(shown([])).toEqual(rest);
  });

  it.each([
    [['userName'], { userName: 'ada' }],
    [['USERNAME'], { userName: 'ada' }],
    [[`${USER_URN}:userName`], { userName: 'ada' }],
    [['name.givenName'], { name: { givenName: 'Ada' } }],
    [['emails.value'], { emails: [{ value: 'a' }] }],
    [[`${ENTERPRISE_URN}:department`], { [ENTERPRISE_URN]: { department: 'Engines' } }],
    [[USER_URN], { userName: 'ada', name: ADA.name, emails: ADA.emails }],
    [[ENTERPRISE_URN], { [ENTERPRISE_URN]: ADA[ENTERPRISE_URN] }],
    [['urn:example:extra:note'], { 'urn:example:extra': { note: 'x' } }],
    [['password', 'colour'], {}],
  ])('contains the requested "attributes" and those that are always returned: %j', (attributes, expected) => {
    expect(shown(attributes)).toEqual({ ...ALWAYS, ...expected });
  });

  it('is limited to 500 requested and excluded names in total', () => {
    const names = (count: number) => Array.from({ length: count }, () => 'userName');
    expect(shown(names(500))).toEqual({ ...ALWAYS, userName: 'ada' });
    expect(() => shown(names(400), names(101))).toThrow(expect.objectContaining({ scimType: 'invalidValue' }));
  });

  it('omits the attributes in "excludedAttributes", except those that are always returned', () => {
    const kept = shown([], ['id', 'emails', 'name.givenName', `${ENTERPRISE_URN}:department`]);
    expect(kept).toEqual({
      ...ALWAYS,
      userName: 'ada',
      name: { familyName: 'Lovelace' },
      [ENTERPRISE_URN]: { costCenter: '7' },
    });
    expect(shown([], [USER_URN])).toEqual({ ...ALWAYS, [ENTERPRISE_URN]: ADA[ENTERPRISE_URN] });
    expect(shown([], [ENTERPRISE_URN])).not.toHaveProperty([ENTERPRISE_URN]);
  });
});
