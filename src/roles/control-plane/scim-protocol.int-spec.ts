import fc from 'fast-check';
import {
  ENTERPRISE_URN,
  expectScimError,
  GROUP_URN,
  newUser,
  openScimWorld,
  patchOf,
  type Scim,
  type ScimBody,
  type ScimWorld,
  USER_URN,
} from '../../../test/support/scim';
import { queryAs } from '../../../test/support/test-database';

const SEARCH_URN = 'urn:ietf:params:scim:api:messages:2.0:SearchRequest';
const BULK_URN = 'urn:ietf:params:scim:api:messages:2.0:BulkRequest';

let world: ScimWorld;
/** Two callers in the same tenant: a strict caller, and a caller that behaves like Entra ID. */
let scim: Scim;
let entra: Scim;
let groups = 0;

beforeAll(async () => {
  world = await openScimWorld();
  scim = await world.scim(world.a);
  entra = await world.scim(world.a, 'entra');
});

afterAll(() => world.close());

const created = async (members: Readonly<Record<string, unknown>> = {}): Promise<ScimBody> =>
  expectStatus(await scim('/Users', { json: newUser(members) }), 201);
const newGroup = (members: Readonly<Record<string, unknown>> = {}) => ({
  schemas: [GROUP_URN],
  displayName: `Group ${++groups}`,
  ...members,
});
const createdGroup = async (members: Readonly<Record<string, unknown>> = {}): Promise<ScimBody> =>
  expectStatus(await scim('/Groups', { json: newGroup(members) }), 201);
const list = async (kind: string, query: Readonly<Record<string, string>>): Promise<ScimBody> =>
  expectStatus(await scim(`/${kind}?${new URLSearchParams(query).toString()}`), 200);
const named = ({ Resources }: ScimBody): unknown[] =>
  Resources.map(({ userName, displayName }) => userName ?? displayName);

function expectStatus(answer: Awaited<ReturnType<Scim>>, status: number): ScimBody {
  expect([answer.status, answer.text]).toEqual([status, answer.text]);
  return answer.body;
}

describe('RFC 7644 §3.1 media types', () => {
  it('accepts application/scim+json and application/json, and responds with the former', async () => {
    for (const type of ['application/scim+json', 'application/json; charset=utf-8']) {
      const answer = await scim('/Users', { json: newUser(), headers: { 'content-type': type } });
      expect([answer.status, answer.headers.get('content-type')]).toEqual([
        201,
        'application/scim+json; charset=utf-8',
      ]);
    }
    expectScimError(await scim('/Users', { body: 'x', headers: { 'content-type': 'text/plain' } }), 415);
  });
});

describe('RFC 7644 §3.2 endpoints and methods', () => {
  it.each([
    ['PUT', '/Users'],
    ['DELETE', '/Groups'],
    ['POST', '/Users/usr-x'],
    ['GET', '/Bulk'],
    ['GET', '/.search'],
    ['POST', '/Schemas'],
  ])('%s %s returns 405 and names the allowed methods', async (method, path) => {
    const answer = await scim(path, method === 'GET' ? {} : { method, json: {} });
    expectScimError(answer, 405);
    expect(answer.headers.get('allow')).toMatch(/[A-Z]/);
  });

  it.each(['/ServiceProviderConfig', '/ResourceTypes', '/Schemas'])(
    'POST %s returns 405, not 415, whatever the body',
    async (path) => {
      expectScimError(await scim(path, { method: 'POST', body: 'x', headers: { 'content-type': 'text/plain' } }), 405);
      expectScimError(await scim(path, { method: 'PUT' }), 405);
    },
  );

  it.each(['/', '/users', '/Users/a/b', '/Things', '/%zz'])('%s returns 404', async (path) => {
    expectScimError(await scim(path), 404);
  });
});

describe('RFC 7644 §3.3 creating', () => {
  it('returns 201 with the resource, its location and version', async () => {
    const answer = await scim('/Users', { json: newUser({ id: 'usr-mine', meta: { version: 'x' }, groups: [] }) });
    expect(answer.status).toBe(201);
    expect(answer.body.id).toMatch(/^usr-/);
    expect(answer.headers.get('location')).toBe(answer.body.meta.location);
    expect(answer.headers.get('etag')).toBe(answer.body.meta.version);
    expect(answer.body).toMatchObject({ schemas: [USER_URN], active: true, meta: { resourceType: 'User' } });
    const read = await scim(`/Users/${answer.body.id}`);
    expect(read.body).toEqual(answer.body);
    expect(read.headers.get('content-location')).toBe(answer.body.meta.location);
  });

  it('stores every attribute of the core and the enterprise schema', async () => {
    const everything = {
      externalId: '701984',
      name: { formatted: 'Ms. Barbara J Jensen', familyName: 'Jensen', givenName: 'Barbara', honorificPrefix: 'Ms.' },
      displayName: 'Babs Jensen',
      nickName: 'Babs',
      profileUrl: 'https://login.example.com/bjensen',
      title: 'Tour Guide',
      userType: 'Employee',
      preferredLanguage: 'en-US',
      locale: 'en-US',
      timezone: 'America/Los_Angeles',
      phoneNumbers: [{ value: '555-555-5555', type: 'work' }],
      ims: [{ value: 'someaimhandle', type: 'aim' }],
      photos: [{ value: 'https://photos.example.com/F', type: 'photo' }],
      addresses: [{ type: 'work', streetAddress: '100 Universal City Plaza', country: 'US', primary: true }],
      entitlements: [{ value: 'gold' }],
      roles: [{ value: 'guide' }],
      x509Certificates: [{ value: 'MIIDQzCC' }],
      [ENTERPRISE_URN]: { employeeNumber: '701984', costCenter: '4130', manager: { value: 'usr-boss' } },
    };
    const body = await created({ schemas: [USER_URN, ENTERPRISE_URN], ...everything });
    expect(body).toMatchObject({ ...everything, schemas: [USER_URN, ENTERPRISE_URN] });
  });

  it('returns 409 uniqueness for a taken name, whatever its case or Unicode form', async () => {
    const userName = `Zoë.Müller-${Date.now()}`;
    await created({ userName, emails: [] });
    for (const same of [userName, userName.toUpperCase(), userName.normalize('NFD'), userName.replace('M', 'Ｍ')]) {
      expectScimError(await scim('/Users', { json: newUser({ userName: same, emails: [] }) }), 409, 'uniqueness');
    }
    const group = await createdGroup();
    const again = { displayName: String(group['displayName']).toUpperCase() };
    expectScimError(await scim('/Groups', { json: newGroup(again) }), 409, 'uniqueness');
    const taken = await created();
    const sameAddress = newUser({ userName: `other-${Date.now()}`, emails: [{ value: taken['userName'] }] });
    expectScimError(await scim('/Users', { json: sameAddress }), 409, 'uniqueness');
  });

  it.each([
    [{ userName: null }, 'invalidValue'],
    [{ userName: 'x'.repeat(300) }, 'invalidValue'],
    [{ displayName: 'two\nlines' }, 'invalidValue'],
    [{ schemas: ['urn:x:y'] }, 'invalidSyntax'],
    [{ colour: 'red' }, 'invalidSyntax'],
    [{ emails: 'x@example.com' }, 'invalidValue'],
    [{ active: 'yes' }, 'invalidValue'],
    [{ password: 'short' }, 'invalidValue'],
    [{ title: 'a\u0000b' }, 'invalidValue'],
  ])('rejects %j', async (members, scimType) => {
    expectScimError(await scim('/Users', { json: newUser(members) }), 400, scimType);
  });

  it.each(['', '{', '[]', '"x"', 'null', `${'['.repeat(50_000)}${']'.repeat(50_000)}`])(
    'rejects a body that is not an object: %#',
    async (body) => {
      expectScimError(await scim('/Users', { method: 'POST', body }), 400, 'invalidSyntax');
    },
  );

  it('rejects a body that is too large', async () => {
    const answer = await scim('/Users', { body: JSON.stringify(newUser({ title: 'x'.repeat(10 * 1024 * 1024) })) });
    expectScimError(answer, 413);
  });
});

describe('RFC 7644 §3.4.1 retrieving a resource', () => {
  it('returns 404 for an unknown resource and for a resource of another tenant', async () => {
    const { id } = await created();
    const other = await world.scim(world.b);
    for (const method of ['GET', 'DELETE']) {
      expectScimError(await other(`/Users/${id}`, { method }), 404);
      expectScimError(await scim('/Users/usr-01jd00000000000000000000zz', { method }), 404);
      expectScimError(await scim('/Groups/nothing', { method }), 404);
    }
    expectScimError(await other(`/Users/${id}`, { method: 'PUT', json: newUser() }), 404);
    expectScimError(
      await other(`/Users/${id}`, { method: 'PATCH', json: patchOf({ op: 'remove', path: 'title' }) }),
      404,
    );
  });
});

describe('RFC 7644 §3.4.2 querying', () => {
  it('§3.4.2.2 supports every operator, ignoring case where the schema says so', async () => {
    const title = `Guide ${Date.now()}`;
    const { id, userName, meta } = await created({ title, externalId: `Ext-${title}` });
    const filters = [
      `id eq "${id}"`,
      `ID EQ "${id}"`,
      `userName eq "${String(userName).toUpperCase()}"`,
      `${USER_URN}:userName eq "${String(userName)}"`,
      `title eq "${title.toUpperCase()}"`,
      `title sw "${title}" and title ew "${title.slice(-6)}" and title co "${title.slice(2, 9)}"`,
      `externalId eq "Ext-${title}"`,
      `title eq "${title}" and emails[type eq "work" and value co "@example"]`,
      `title eq "${title}" and emails[type eq "work"].value eq "${String(userName)}"`,
      `title eq "${title}" and emails co "@EXAMPLE"`,
      `title eq "${title}" and (nickName pr or active eq true)`,
      `title eq "${title}" and not (nickName pr)`,
      `title eq "${title}" and nickName eq null`,
      `title eq "${title}" and userType ne "Employee"`,
      `title eq "${title}" and meta.created le "${meta.lastModified}" and meta.lastModified ge "${meta.lastModified}"`,
      `title eq "${title}" and meta.resourceType eq "User" and schemas eq "${USER_URN}"`,
      `title ge "${title}" and title le "${title}"`,
      `title eq "${title}" and meta.created eq "${meta.lastModified}" and not (meta.created gt "${meta.lastModified}")`,
      // "and" binds more tightly than "or", and "not" binds more tightly than both.
      `id eq "${id}" or title pr and id eq "nobody"`,
      `not (title pr) and id eq "nobody" or id eq "${id}"`,
      `(id eq "${id}" or title pr) and not (id ne "${id}")`,
    ];
    for (const filter of filters) {
      const { totalResults, Resources } = await list('Users', { filter });
      expect([filter, totalResults, Resources[0]?.id]).toEqual([filter, 1, id]);
    }
    for (const filter of [`externalId eq "ext-${title}"`, `title gt "${title}" and title lt "${title}"`]) {
      expect([filter, (await list('Users', { filter })).totalResults]).toEqual([filter, 0]);
    }
  });

  it.each([
    'color eq "red"',
    'name.color pr',
    'userName',
    'userName eq red',
    'active gt true',
    'active co "t"',
    'meta.created gt "yesterday"',
    'name eq "x"',
    'userName[type eq "x"] pr',
    'password eq "x"',
    'password pr',
    'x509Certificates.value gt "MII"',
    'x509Certificates le "MII"',
    'userName eq "a\\u0000b"',
    `${'('.repeat(200)}userName pr${')'.repeat(200)}`,
    `userName eq "'; DROP TABLE users.users; --`,
  ])('§3.4.2.2 rejects a filter as invalidFilter: %#', async (filter) => {
    expectScimError(await scim(`/Users?filter=${encodeURIComponent(filter)}`), 400, 'invalidFilter');
  });

  it('§3.4.2 returns 200 with an empty list if nothing matches', async () => {
    expect(await list('Users', { filter: 'userName eq "nobody at all"' })).toMatchObject({
      schemas: ['urn:ietf:params:scim:api:messages:2.0:ListResponse'],
      totalResults: 0,
      Resources: [],
    });
  });

  it('§3.4.2.2 finds groups by a member in every notation', async () => {
    const user = await created();
    const group = await createdGroup({ members: [{ value: user.id }] });
    for (const filter of [
      `members eq "${user.id}"`,
      `members.value eq "${user.id}"`,
      `members[value eq "${user.id}"]`,
      `members[value eq "${user.id}" and type eq "User"]`,
    ]) {
      expect([filter, (await list('Groups', { filter })).Resources.map(({ id }) => id)]).toEqual([filter, [group.id]]);
    }
  });

  it('§3.4.2.3 sorts, with missing values last, or first in descending order', async () => {
    const mark = `Sort ${Date.now()}`;
    for (const nickName of ['b', null, 'C', 'a']) await created({ title: mark, nickName });
    const query = { filter: `title eq "${mark}"`, sortBy: 'nickName' };
    const names = async (more: object) =>
      (await list('Users', { ...query, ...more })).Resources.map((one) => one['nickName']);
    expect(await names({})).toEqual(['a', 'b', 'C', undefined]);
    expect(await names({ sortOrder: 'descending' })).toEqual([undefined, 'C', 'b', 'a']);
    for (const sortBy of ['emails', 'emails.value', 'meta.created', 'userName', 'active', 'name.familyName']) {
      expect(await names({ sortBy })).toHaveLength(4);
    }
    expectScimError(await scim('/Users?sortBy=colour'), 400, 'invalidPath');
    expectScimError(await scim('/Users?sortBy=name'), 400, 'invalidPath');
    expectScimError(await scim('/Users?sortOrder=sideways'), 400, 'invalidValue');
  });

  it('§3.4.2.4 pages by index in a stable order', async () => {
    const mark = `Index ${Date.now()}`;
    for (let count = 0; count < 5; count++) await created({ title: mark });
    const filter = `title eq "${mark}"`;
    const all = await list('Users', { filter });
    const parts = [];
    for (const startIndex of [1, 3, 5]) {
      const part = await list('Users', { filter, startIndex: String(startIndex), count: '2' });
      expect(part).toMatchObject({ totalResults: 5, startIndex, itemsPerPage: part.Resources.length });
      parts.push(...named(part));
    }
    expect(parts).toEqual(named(all));
    expect(await list('Users', { filter, startIndex: '-3', count: '1' })).toMatchObject({
      startIndex: 1,
      itemsPerPage: 1,
    });
    expect(await list('Users', { filter, count: '0' })).toMatchObject({
      totalResults: 5,
      itemsPerPage: 0,
      Resources: [],
    });
    expect(await list('Users', { filter, count: '-1' })).toMatchObject({ itemsPerPage: 0 });
    expect(await list('Users', { filter, startIndex: '99' })).toMatchObject({ totalResults: 5, Resources: [] });
    expectScimError(await scim('/Users?count=many'), 400, 'invalidValue');
  });

  it('§3.4.2.5 returns the requested attributes', async () => {
    const { id } = await created({ nickName: 'Nick' });
    const [one] = (await list('Users', { filter: `id eq "${id}"`, attributes: 'nickName' })).Resources;
    expect(one).toEqual({ schemas: [USER_URN], id, nickName: 'Nick' });
    for (const query of ['attributes=nickName,title', 'attributes=nickName&attributes=title']) {
      expect((await scim(`/Users/${id}?${query}`)).body).toEqual({ schemas: [USER_URN], id, nickName: 'Nick' });
    }
    const [less] = (await list('Users', { filter: `id eq "${id}"`, excludedAttributes: 'emails,meta' })).Resources;
    expect(less).not.toHaveProperty('emails');
    expect(less).toHaveProperty('nickName');
  });

  it('§3.4.3 searches by POST, in one resource type and in all types', async () => {
    const mark = `Search ${Date.now()}`;
    const { id } = await created({ displayName: mark });
    const group = await createdGroup({ displayName: mark, externalId: mark });
    const search = (path: string, members: object) => scim(path, { json: { schemas: [SEARCH_URN], ...members } });
    const filter = `displayName eq "${mark}"`;
    expect((await search('/Users/.search', { filter, attributes: ['id'] })).body.Resources).toEqual([
      { schemas: [USER_URN], id },
    ]);
    expect((await search('/Groups/.search', { filter })).body.Resources.map((one) => one.id)).toEqual([group.id]);
    const both = (await search('/.search', { filter })).body;
    expect([both.totalResults, both.Resources.map((one) => one.id)]).toEqual([2, [id, group.id]]);
    const second = (await search('/.search', { filter, startIndex: 2, count: 1 })).body;
    expect(second.Resources.map((one) => one.id)).toEqual([group.id]);
    const typed = (await search('/.search', { filter: `${filter} and meta.resourceType eq "Group"` })).body;
    expect(typed.Resources.map((one) => one.id)).toEqual([group.id]);
    expectScimError(await search('/.search', { filter: 'color pr' }), 400, 'invalidFilter');
    expectScimError(await search('/.search', { filter, cursor: '' }), 400, 'invalidCursor');
    expectScimError(await scim('/Users/.search', { json: { filter } }), 400, 'invalidSyntax');
  });
});

describe('RFC 7644 §3.5.1 replacing', () => {
  it('unassigns omitted attributes, and ignores read-only attributes', async () => {
    const user = await created({ title: 'Guide', nickName: 'Nick', active: false });
    const body = { ...user, title: 'Chief', nickName: undefined, meta: { version: 'mine' }, groups: [{ value: 'x' }] };
    const answer = await scim(`/Users/${user.id}`, { method: 'PUT', json: body });
    const after = expectStatus(answer, 200);
    expect(after).toMatchObject({ id: user.id, title: 'Chief', active: false });
    expect(after).not.toHaveProperty('nickName');
    expect(after.meta.version).not.toBe(user.meta.version);
    // Replacing a resource with itself does not change anything.
    const same = await scim(`/Users/${user.id}`, { method: 'PUT', json: after });
    expect(same.body).toEqual(after);
  });

  it('of a group replaces its members', async () => {
    const [one, other] = [await created(), await created()];
    const group = await createdGroup({ members: [{ value: one.id }] });
    const json = { ...group, members: [{ value: other.id }] };
    const after = expectStatus(await scim(`/Groups/${group.id}`, { method: 'PUT', json }), 200);
    expect(after.members).toMatchObject([{ value: other.id, type: 'User' }]);
    expect(after.members?.[0]?.$ref).toMatch(new RegExp(`/scim/v2/Users/${other.id}$`));
  });
});

describe('RFC 7644 §3.5.2 PATCH', () => {
  const patch = (path: string, ...operations: object[]) =>
    scim(path, { method: 'PATCH', json: patchOf(...operations) });

  it('changes the named attributes, atomically', async () => {
    const { id, meta } = await created({ title: 'Guide' });
    const failed = await patch(
      `/Users/${id}`,
      ...Array.from({ length: 998 }, (_, index) => ({ op: 'replace', path: 'title', value: `t${index}` })),
      { op: 'replace', path: 'active', value: false },
      { op: 'replace', path: 'emails[type eq "home"].value', value: 'x' },
    );
    expectScimError(failed, 400, 'noTarget');
    expect((await scim(`/Users/${id}`)).body).toMatchObject({
      title: 'Guide',
      active: true,
      meta: { version: meta.version },
    });
    const done = await patch(
      `/Users/${id}`,
      { op: 'add', path: 'nickName', value: 'N' },
      { op: 'remove', path: 'title' },
    );
    expect(expectStatus(done, 200)).toMatchObject({ nickName: 'N', meta: { version: 'W/"2"' } });
  });

  it('§3.5.2.1 with existing values changes neither version nor time', async () => {
    const { id, meta } = await created({ title: 'Guide', phoneNumbers: [{ value: '1', type: 'work' }] });
    const same = await patch(
      `/Users/${id}`,
      { op: 'add', path: 'title', value: 'Guide' },
      { op: 'add', path: 'phoneNumbers', value: [{ type: 'work', value: '1' }] },
    );
    expect(expectStatus(same, 200).meta).toEqual(meta);
    const group = await createdGroup({ members: [{ value: id }] });
    const again = await patch(`/Groups/${group.id}`, { op: 'add', path: 'members', value: [{ value: id }] });
    expect(expectStatus(again, 200).meta).toEqual(group.meta);
  });

  it('returns the requested "attributes", even for changes to a group, which otherwise return no body to the provider', async () => {
    const { id } = await created({ title: 'Guide' });
    const named = await patch(`/Users/${id}?attributes=title`, { op: 'replace', path: 'title', value: 'Chief' });
    expect(expectStatus(named, 200)).toEqual({ schemas: [USER_URN], id, title: 'Chief' });
    const group = await createdGroup();
    const operation = { op: 'add', path: 'members', value: [{ value: id }] };
    const answer = await entra(`/Groups/${group.id}?attributes=members`, { method: 'PATCH', json: patchOf(operation) });
    expect(expectStatus(answer, 200).members).toMatchObject([{ value: id }]);
    expect(answer.body).not.toHaveProperty('displayName');
  });

  it('limits the size of a resource, however many requests add to it', async () => {
    const { id } = await created();
    const add = (name: string) =>
      patch(`/Users/${id}`, {
        op: 'add',
        path: name,
        value: Array.from({ length: 20 }, (_, index) => ({ value: `${index}${'x'.repeat(8_000)}` })),
      });
    expectStatus(await add('ims'), 200);
    expectScimError(await add('entitlements'), 400, 'invalidValue');
    expect((await scim(`/Users/${id}`)).body).not.toHaveProperty('entitlements');
  });

  it('§3.5.2.1 and §3.5.2.2 change members in place', async () => {
    const users = [await created(), await created(), await created()];
    const [a = '', b = '', c = ''] = users.map(({ id }) => id);
    const group = await createdGroup({ members: [{ value: a }] });
    const path = `/Groups/${group.id}`;
    const members = async () => (await scim(path)).body.members?.map(({ value }) => value).sort() ?? [];
    expectStatus(await patch(path, { op: 'add', path: 'members', value: [{ value: b }, { value: a }] }), 200);
    expectStatus(await patch(path, { op: 'add', value: { members: [{ value: c }] } }), 200);
    expect(await members()).toEqual([a, b, c].sort());
    expectStatus(await patch(path, { op: 'remove', path: `members[value eq "${b}"]` }), 200);
    expect(await members()).toEqual([a, c].sort());
    expectScimError(await patch(path, { op: 'remove', path: `members[value eq "${b}"]` }), 400, 'noTarget');
    expectStatus(await patch(path, { op: 'remove', path: `members[type eq "User" and value ne "${c}"]` }), 200);
    expect(await members()).toEqual([c]);
    expectStatus(await patch(path, { op: 'replace', path: 'members', value: [{ value: a }] }), 200);
    expect(await members()).toEqual([a]);
    expectStatus(await patch(path, { op: 'remove', path: 'members' }), 200);
    expect(await members()).toEqual([]);
    expectScimError(
      await patch(path, { op: 'add', path: 'members', value: [{ value: 'usr-no' }] }),
      400,
      'invalidValue',
    );
    expectScimError(await patch(path, { op: 'replace', path: 'members.value', value: a }), 400, 'mutability');
    expectScimError(await patch(path, { op: 'remove', path: 'displayName' }), 400, 'mutability');
  });

  it('of one user by many concurrent callers does not lose any change', async () => {
    const { id } = await created();
    const add = (index: number) =>
      patch(`/Users/${id}`, { op: 'add', path: 'phoneNumbers', value: [{ value: String(index), type: 'other' }] });
    const answers = await Promise.all(Array.from({ length: 20 }, (_, index) => add(index)));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    expect((await scim(`/Users/${id}`)).body['phoneNumbers']).toHaveLength(20);
  });
});

describe('RFC 7644 §3.6 deleting', () => {
  it('returns 204, and the resource no longer exists', async () => {
    const user = await created();
    const answer = await scim(`/Users/${user.id}`, { method: 'DELETE' });
    expect([answer.status, answer.text]).toEqual([204, '']);
    expectScimError(await scim(`/Users/${user.id}`), 404);
    expect((await list('Users', { filter: `userName eq "${String(user['userName'])}"` })).totalResults).toBe(0);
    // The name is available again.
    expectStatus(await scim('/Users', { json: newUser({ userName: user['userName'] }) }), 201);
  });
});

describe('RFC 7644 §3.7 bulk', () => {
  const bulk = (operations: readonly object[], more: object = {}) =>
    scim('/Bulk', { json: { schemas: [BULK_URN], ...more, Operations: operations } });
  const post = (bulkId: string, path: string, data: object) => ({ method: 'POST', bulkId, path, data });

  it('runs each operation independently, and returns the results in order', async () => {
    const user = await created();
    const { Operations } = expectStatus(
      await bulk([
        post('one', '/Users', newUser()),
        { method: 'PATCH', path: `/Users/${user.id}`, data: patchOf({ op: 'add', path: 'title', value: 'T' }) },
        { method: 'PUT', path: `/Users/${user.id}`, version: 'W/"77"', data: newUser() },
        { method: 'DELETE', path: '/Users/usr-missing' },
        { method: 'DELETE', path: `/Users/${user.id}` },
      ]),
      200,
    );
    expect(Operations.map(({ status }) => status)).toEqual(['201', '200', '412', '404', '204']);
    expect(Operations[0]).toMatchObject({ method: 'POST', bulkId: 'one', version: 'W/"1"' });
    // RFC 7644 §3.7.3: the location of each resource, even if it is deleted.
    const [made = '', ...others] = Operations.map(({ location = '' }) => location);
    expect(made).toMatch(/^http.*\/scim\/v2\/Users\/usr-/);
    const missing = user.meta.location.replace(user.id, 'usr-missing');
    expect(others).toEqual([user.meta.location, user.meta.location, missing, user.meta.location]);
    expect(Operations[2]).toMatchObject({ response: { status: '412' } });
  });

  it.each(['forward', 'backward'])('§3.7.2 resolves a bulkId %s', async (direction) => {
    const operations = [
      post('g', '/Groups', newGroup({ members: [{ value: 'bulkId:u' }] })),
      post('u', '/Users', newUser()),
    ];
    const { Operations } = expectStatus(await bulk(direction === 'forward' ? operations : operations.reverse()), 200);
    const group = Operations.find(({ bulkId }) => bulkId === 'g');
    const user = Operations.find(({ bulkId }) => bulkId === 'u');
    const shown = (await scim(`/Groups/${idAt(group)}`)).body;
    expect(shown.members?.map(({ value }) => value)).toEqual([idAt(user)]);
  });

  it('§3.7.1 resolves a circular reference', async () => {
    const managed = (by: string) =>
      newUser({ schemas: [USER_URN, ENTERPRISE_URN], [ENTERPRISE_URN]: { manager: { value: by } } });
    const { Operations } = expectStatus(
      await bulk([post('a', '/Users', managed('bulkId:b')), post('b', '/Users', managed('bulkId:a'))]),
      200,
    );
    expect(Operations.map(({ status }) => status)).toEqual(['201', '201']);
    const [a, b] = Operations.map(idAt);
    expect((await scim(`/Users/${a}`)).body[ENTERPRISE_URN]).toEqual({ manager: { value: b } });
    expect((await scim(`/Users/${b}`)).body[ENTERPRISE_URN]).toEqual({ manager: { value: a } });
  });

  it('§3.7.1 does not create anything for a circular reference that is not allowed', async () => {
    const inside = (by: string, name: string) => newGroup({ displayName: name, members: [{ value: by }] });
    const name = `Circle ${Date.now()}`;
    const { Operations } = expectStatus(
      await bulk([
        post('a', '/Groups', inside('bulkId:b', name)),
        post('b', '/Groups', inside('bulkId:a', `${name} b`)),
      ]),
      200,
    );
    expect(Operations.map(({ status }) => status)).toEqual(['409', '201']);
    expect((await list('Groups', { filter: `displayName eq "${name}"` })).totalResults).toBe(0);
  });

  it('§3.7.3 stops after the specified number of errors', async () => {
    const wrong = { method: 'DELETE', path: '/Users/usr-missing' };
    const { Operations } = expectStatus(
      await bulk([wrong, wrong, post('x', '/Users', newUser())], { failOnErrors: 2 }),
      200,
    );
    expect(Operations.map(({ status }) => status)).toEqual(['404', '404']);
  });

  it('§3.7.4 has limits, and reports an invalid operation only in that operation', async () => {
    const many = Array.from({ length: 1_001 }, () => ({ method: 'DELETE', path: '/Users/x' }));
    expectScimError(await bulk(many), 413);
    expectScimError(await bulk([]), 400, 'invalidSyntax');
    const { Operations } = expectStatus(
      await bulk([
        { method: 'POST', path: '/Users', data: newUser() },
        { method: 'GET', path: '/Users' },
        { method: 'POST', bulkId: 'q', path: '/Bulk', data: {} },
        post('m', '/Groups', newGroup({ members: [{ value: 'bulkId:nobody' }] })),
        post('d', '/Users', newUser({ title: JSON.parse(`${'['.repeat(1_000)}${']'.repeat(1_000)}`) as unknown })),
      ]),
      200,
    );
    expect(Operations.map((one) => (one as unknown as { response: ScimBody }).response.scimType)).toEqual([
      'invalidSyntax',
      'invalidSyntax',
      'invalidPath',
      'invalidValue',
      'invalidSyntax',
    ]);
  });

  it('§3.7.2 rejects a repeated bulkId, and keeps the first operation', async () => {
    const { Operations } = expectStatus(
      await bulk([
        post('u', '/Users', newUser()),
        post('u', '/Users', newUser()),
        post('g', '/Groups', newGroup({ members: [{ value: 'bulkId:u' }] })),
      ]),
      200,
    );
    expect(Operations.map(({ status }) => status)).toEqual(['201', '400', '201']);
    const [first, , group] = Operations.map(idAt);
    expect((await scim(`/Groups/${group}`)).body.members?.map(({ value }) => value)).toEqual([first]);
  });

  const idAt = (operation: Readonly<Record<string, string>> | undefined): string =>
    operation?.['location']?.split('/').at(-1) ?? '';
});

describe('RFC 7644 §3.11 /Me', () => {
  it.each(['GET', 'PATCH', 'DELETE'])('returns 501 for a connection, which is not a user: %s', async (method) => {
    expectScimError(await scim('/Me', method === 'GET' ? {} : { method, json: {} }), 501);
  });
});

describe('RFC 7644 §3.13 protocol versions', () => {
  it('appear in the address, and only this version exists', async () => {
    const { meta } = await created();
    expect(meta.location).toContain('/scim/v2/');
    for (const path of ['/scim/v1/Users', '/scim/Users']) {
      const headers = { authorization: `Bearer ${world.serviceToken}` };
      expect((await fetch(world.url + path, { headers })).status).toBe(404);
    }
  });
});

describe('RFC 7644 §3.14 versions', () => {
  it('of reads: 304 for a known version', async () => {
    const { id, meta } = await created();
    const known = await scim(`/Users/${id}`, { headers: { 'if-none-match': meta.version } });
    expect([known.status, known.text, known.headers.get('etag')]).toEqual([304, '', meta.version]);
    expect((await scim(`/Users/${id}`, { headers: { 'if-none-match': 'W/"9"' } })).status).toBe(200);
    const group = await createdGroup();
    expect((await scim(`/Groups/${group.id}`, { headers: { 'if-none-match': group.meta.version } })).status).toBe(304);
  });

  it.each(['Users', 'Groups'])('of writes on %s: 412 for a different version', async (kind) => {
    const { id, meta, ...rest } = kind === 'Users' ? await created() : await createdGroup();
    const path = `/${kind}/${id}`;
    const json = patchOf({ op: 'replace', path: 'displayName', value: `Renamed ${id}` });
    const writes = [{ method: 'PUT', json: rest }, { method: 'PATCH', json }, { method: 'DELETE' }];
    for (const write of writes) {
      for (const version of ['W/"99"', '"x"', 'nonsense']) {
        expectScimError(await scim(path, { ...write, headers: { 'if-match': version } }), 412);
      }
    }
    expectScimError(await scim(path, { method: 'PATCH', json, headers: { 'if-none-match': meta.version } }), 412);
    expect((await scim(path, { method: 'PATCH', json, headers: { 'if-match': meta.version } })).status).toBe(200);
    expectScimError(await scim(path, { method: 'DELETE', headers: { 'if-match': meta.version } }), 412);
    expect((await scim(path, { method: 'PATCH', json, headers: { 'if-match': '*' } })).status).toBe(200);
    expect((await scim(path, { method: 'DELETE', headers: { 'if-match': 'W/"2", W/"3"' } })).status).toBe(204);
  });
});

describe('RFC 7644 §4 discovery', () => {
  it('describes the service to every authorized caller', async () => {
    const config = expectStatus(await scim('/ServiceProviderConfig'), 200);
    expect(config).toMatchObject({
      patch: { supported: true },
      bulk: { supported: true, maxOperations: 1_000, maxPayloadSize: 4_194_304 },
      filter: { supported: true, maxResults: 1_000 },
      sort: { supported: true },
      etag: { supported: true },
      pagination: { cursor: true, index: true },
    });
    const types = expectStatus(await scim('/ResourceTypes'), 200);
    expect(types.Resources.map(({ id }) => id)).toEqual(['User', 'Group']);
    expect((await scim('/ResourceTypes/User')).body).toMatchObject({ endpoint: '/Users', schema: USER_URN });
    const schemas = expectStatus(await scim('/Schemas'), 200);
    expect(schemas.Resources.map(({ id }) => id)).toEqual([USER_URN, ENTERPRISE_URN, GROUP_URN]);
    const user = (await scim(`/Schemas/${USER_URN}`)).body;
    const attributes = user['attributes'] as readonly Readonly<Record<string, unknown>>[];
    expect(attributes.find(({ name }) => name === 'password')).toMatchObject({
      mutability: 'writeOnly',
      returned: 'never',
    });
    expectScimError(await scim('/Schemas/urn:x'), 404);
    expectScimError(await scim('/Schemas?filter=id%20pr'), 403);
  });
});

describe('RFC 9865 cursors', () => {
  it('visit each resource of a list once, despite concurrent writes', async () => {
    const mark = `Walk ${Date.now()}`;
    const first = await Promise.all(Array.from({ length: 40 }, () => created({ title: mark })));
    const seen: string[] = [];
    let cursor = '';
    for (let part = 0; ; part++) {
      const page = await list('Users', { filter: `title eq "${mark}"`, count: '7', cursor });
      expect(page).not.toHaveProperty('startIndex');
      seen.push(...page.Resources.map(({ id }) => id));
      if (page.nextCursor === undefined) break;
      cursor = page.nextCursor;
      const gone = first[part * 7]?.id ?? '';
      await Promise.all([created({ title: mark }), scim(`/Users/${gone}`, { method: 'DELETE' })]);
    }
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen).toEqual(expect.arrayContaining(first.map(({ id }) => id)));
  });

  it('are valid only for their list, and for an hour', async () => {
    await created();
    await created();
    const { nextCursor = '' } = await list('Users', { count: '1', cursor: '' });
    const old = JSON.parse(Buffer.from(nextCursor, 'base64url').toString()) as { at: number };
    const expired = Buffer.from(JSON.stringify({ ...old, at: old.at - 3_700 })).toString('base64url');
    const ask = (query: Readonly<Record<string, string>>, kind = 'Users') =>
      scim(`/${kind}?${new URLSearchParams(query).toString()}`);
    expectScimError(await ask({ cursor: expired }), 400, 'expiredCursor');
    expectScimError(await ask({ cursor: 'x' }), 400, 'invalidCursor');
    expectScimError(await ask({ cursor: nextCursor, sortBy: 'userName' }), 400, 'invalidCursor');
    expectScimError(await ask({ cursor: nextCursor, filter: 'title pr' }), 400, 'invalidCursor');
    expectScimError(await ask({ cursor: nextCursor }, 'Groups'), 400, 'invalidCursor');
    expectScimError(await ask({ cursor: '', count: 'x' }), 400, 'invalidCount');
    expectScimError(await ask({ cursor: '', count: '-1' }), 400, 'invalidCount');
  });
});

describe('a connection from Entra ID', () => {
  it('can send the requests that this provider sends', async () => {
    const schemas = [USER_URN, 'http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/User'];
    const made = await entra('/Users', {
      json: newUser({ schemas, active: 'True', [ENTERPRISE_URN]: { manager: { value: 'usr-1', $ref: null } } }),
    });
    expect(made.status).toBe(201);
    const off = await entra(`/Users/${made.body.id}`, {
      method: 'PATCH',
      json: patchOf({ op: 'Replace', path: 'active', value: 'False' }),
    });
    expect(off.body.active).toBe(false);
    const group = (await entra('/Groups', { json: newGroup() })).body;
    const patch = (...operations: object[]) =>
      entra(`/Groups/${group.id}`, { method: 'PATCH', json: patchOf(...operations) });
    const named2 = await patch({ op: 'Replace', value: { id: group.id, displayName: `Renamed ${group.id}` } });
    expect([named2.status, named2.text]).toEqual([204, '']);
    expect((await patch({ op: 'Add', path: 'members', value: [{ value: made.body.id, $ref: null }] })).status).toBe(
      204,
    );
    expect((await patch({ op: 'Remove', path: 'members', value: [{ value: made.body.id }] })).status).toBe(204);
    expect((await patch({ op: 'Remove', path: 'members', value: [{ value: made.body.id }] })).status).toBe(204);
    const shown = (await entra(`/Groups/${group.id}?excludedAttributes=members`)).body;
    expect(shown).toMatchObject({ displayName: `Renamed ${group.id}` });
  });
});

describe('random input', () => {
  const name = fc.constantFrom(
    ...['userName', 'name', 'emails', 'active', 'password', 'roles', 'groups', 'meta', 'id', 'schemas', 'externalId'],
    ...['members', 'displayName', 'x509Certificates', 'addresses', '$ref', '__proto__', 'constructor', 'toString', ''],
    ...[USER_URN, ENTERPRISE_URN, `${ENTERPRISE_URN}:manager`, `${USER_URN}:emails`],
  );
  const word = fc.oneof(
    fc.constantFrom(
      'work',
      'true',
      '',
      '\0',
      '\ud800',
      '%',
      "'",
      '"',
      'a'.repeat(300),
      '2026-02-30T00:00:00Z',
      'bulkId:x',
    ),
    fc.string({ maxLength: 12, unit: 'binary' }),
  );
  const scalar = fc.oneof(word, fc.double(), fc.boolean(), fc.constant(null));
  const { value } = fc.letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 3, withCrossShrink: true },
      scalar,
      fc.array(tie('value'), { maxLength: 3 }),
      fc.dictionary(fc.oneof(name, fc.constantFrom('value', 'type', 'primary', 'display')), tie('value'), {
        maxKeys: 4,
      }),
    ),
  }));
  const comparison = fc
    .tuple(name, fc.constantFrom('eq', 'ne', 'co', 'gt', 'le', 'pr'), scalar)
    .map(([attribute, op, other]) => `${attribute} ${op}${op === 'pr' ? '' : ` ${JSON.stringify(other)}`}`);
  const filter = fc.oneof(
    comparison,
    fc.tuple(name, comparison).map(([attribute, inner]) => `${attribute}[${inner}]`),
    fc.tuple(comparison, comparison).map(([a, b]) => `not (${a}) or ${b}`),
    word,
  );
  const path = fc.oneof(
    name,
    fc.tuple(name, name).map((names) => names.join('.')),
    fc.tuple(name, comparison, name).map(([attribute, inner, sub]) => `${attribute}[${inner}].${sub}`),
    word,
  );
  const operation = fc.record(
    { op: fc.constantFrom('add', 'Replace', 'remove', 'move'), path, value },
    { requiredKeys: ['op'] },
  );
  const operations = fc.array(fc.oneof(operation, value), { maxLength: 3 });

  it('does not cause a server error', async () => {
    const { id } = await created();
    const group = await createdGroup({ members: [{ value: id }] });
    const resources = [`/Users/${id}`, `/Groups/${group.id}`];
    const body = (sent: unknown) => ({ schemas: [USER_URN, GROUP_URN], ...(Object(sent) as object) });
    await fc.assert(
      fc.asyncProperty(
        operations,
        value,
        filter,
        path,
        fc.boolean(),
        async (patches, sent, wanted, sort, isLenient) => {
          const ask = isLenient ? entra : scim;
          const query = new URLSearchParams({ filter: wanted, sortBy: sort, attributes: sort, count: '2' }).toString();
          const answers = await Promise.all([
            ...resources.map((at) => ask(at, { method: 'PATCH', json: { ...patchOf(), Operations: patches } })),
            ...resources.map((at) => ask(at, { method: 'PUT', json: body(sent) })),
            ...['/Users', '/Groups'].flatMap((at) => [ask(at, { json: body(sent) }), ask(`${at}?${query}`)]),
            ask('/Bulk', { json: { schemas: [BULK_URN], Operations: [post('b', '/Users', body(sent)), sent] } }),
            ask('/.search', {
              json: { schemas: [SEARCH_URN], filter: wanted, sortBy: sort, excludedAttributes: [sort] },
            }),
          ]);
          expect(answers.filter(({ status }) => status >= 500).map(({ text }) => text)).toEqual([]);
          expect(answers.at(-2)?.text).not.toMatch(/"status":"5/);
        },
      ),
      { numRuns: 40 },
    );
  });

  const post = (bulkId: string, at: string, data: unknown) => ({ method: 'POST', bulkId, path: at, data });
});

describe('the audit log', () => {
  it('contains each call that a connection makes, but no password', async () => {
    const password = 'correct horse battery staple';
    const { id } = await created({ password });
    const json = patchOf({ op: 'replace', path: 'password', value: `${password} 2` });
    expectStatus(await scim(`/Users/${id}`, { method: 'PATCH', json }), 200);
    await scim(`/Users/${id}`);
    const rows = await queryAs<{ action: string; actor_id: string; text: string }>(
      world.database.adminUrl,
      'SELECT action, actor_id, e::text AS text FROM audit.events e WHERE resource_id = $1 ORDER BY ts, id',
      [id],
    );
    expect(rows.map(({ action }) => action)).toEqual(
      expect.arrayContaining(['user.create', 'user.change', 'scim.user.get']),
    );
    expect(rows.every(({ actor_id: actor }) => actor.startsWith('scm-'))).toBe(true);
    const kept = await queryAs<{ text: string }>(
      world.database.adminUrl,
      `SELECT (SELECT string_agg(o::text, '') FROM kernel.outbox o) || (SELECT string_agg(e::text, '') FROM audit.events e)
         || (SELECT string_agg(u::text, '') FROM users.users u) AS text`,
    );
    expect(JSON.stringify([rows, kept])).not.toContain('correct horse');
  });
});
