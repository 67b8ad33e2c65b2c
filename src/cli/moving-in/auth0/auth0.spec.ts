import { Notes } from '../notes';
import { convertUser, databaseIds, parseUser } from './user';

const convert = (record: object, passwordHash: string | null = null) => {
  const notes = new Notes();
  const user = parseUser({ user_id: 'auth0|1', email: 'ada@example.com', ...record }, notes);
  const moved = user === null ? null : convertUser(user, passwordHash, { role: 'member', notes });
  return { moved, notes: notes.all.map(({ item, subject, outcome, reason }) => [item, subject, outcome, reason]) };
};

describe('a user of Auth0', () => {
  it('moves with name, locale and password', () => {
    expect(convert({ email_verified: true, name: 'Ada L', locale: 'de_AT' }, '$2b$10$x')).toEqual({
      notes: [],
      moved: {
        groups: [],
        row: {
          ...{ email: 'ada@example.com', emailVerified: true, role: 'member', displayName: 'Ada L' },
          ...{ locale: 'de-AT', passwordHash: '$2b$10$x' },
        },
      },
    });
  });

  it.each([
    [{ name: 'ada@example.com', given_name: 'Ada', family_name: 'L' }, 'Ada L'],
    [{ name: 'ada@example.com', nickname: 'ada' }, 'ada'],
    [{ name: null }, undefined],
  ])('has a name that is not the address: %j', (members, name) => {
    expect(convert(members).moved?.row.displayName).toBe(name);
  });

  it('moves without other identities and second factors, and as suspended if blocked', () => {
    const { moved, notes } = convert({
      blocked: true,
      identities: [
        { provider: 'auth0', user_id: '1', connection: 'Users' },
        { provider: 'google-oauth2', user_id: 42, connection: 'google' },
      ],
      multifactor: ['guardian'],
    });
    expect(moved?.row.status).toBe('suspended');
    expect(notes).toEqual([
      ['user', 'auth0|1', 'changed', 'The user is blocked, and moves as suspended.'],
      ['identity', 'auth0|1', 'not moved', 'The link to "google" has no place here.'],
      ['credential', 'auth0|1', 'not moved', 'The second factor "guardian" has no place here.'],
    ]);
  });

  it('is noted if malformed or without an address', () => {
    expect(convert({ email: 1 })).toEqual({
      moved: null,
      notes: [['user', 'auth0|1', 'not moved', expect.stringContaining('The user is malformed: email: ')]],
    });
    expect(convert({ email: null })).toEqual({
      moved: null,
      notes: [['user', 'auth0|1', 'not moved', 'The user has no email address.']],
    });
  });

  it('can have a password under its own ID and the IDs of linked users', () => {
    const ids = (record: object) => {
      const user = parseUser({ user_id: 'auth0|1', ...record }, new Notes());
      return user === null ? [] : databaseIds(user);
    };
    expect(ids({})).toEqual(['auth0|1']);
    expect(ids({ identities: [{ provider: 'auth0', user_id: '1' }] })).toEqual(['auth0|1']);
    const linked = [
      { provider: 'github', user_id: 7 },
      { provider: 'auth0', user_id: 'b' },
    ];
    expect(ids({ user_id: 'github|7', identities: linked })).toEqual(['auth0|b']);
    expect(ids({ user_id: 'github|7' })).toEqual([]);
  });
});
