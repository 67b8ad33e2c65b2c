import { hash } from '@node-rs/bcrypt';

/** The password of everyone in {@link auth0Export} whose password moves. */
export const AUTH0_PASSWORD = 'a password of another cloud';

/** Returns a user export of Auth0, and the export of password hashes; both with one JSON object per line. */
export async function auth0Export(domain: string): Promise<{ readonly users: string; readonly hashes: string }> {
  const bcrypt = await hash(AUTH0_PASSWORD, 10);
  const user = (id: string, name: string, members: object = {}): object => ({
    ...{ user_id: id, email: `${name}@${domain}`, email_verified: true, name: `${name}@${domain}`, nickname: name },
    ...{ identities: [{ provider: id.split('|')[0], user_id: id.split('|')[1], connection: 'Users' }], ...members },
  });
  const google = { provider: 'google-oauth2', user_id: '77', connection: 'google-oauth2' };
  const exported = [
    // The same address signed in with Google earlier; the user with the password moves.
    user('google-oauth2|77', 'kim', { identities: [google] }),
    user('auth0|5f00000000000000000000a1', 'kim', { given_name: 'Kim', family_name: 'Lee' }),
    user('auth0|custom-1', 'lou', { blocked: true }),
    user('auth0|5f00000000000000000000a3', 'mia', { multifactor: ['guardian'] }),
    user('sms|5f00000000000000000000a4', 'ned', { email: undefined }),
  ];
  const hashed = (oid: string, name: string, members: object = {}): object => ({
    ...{ _id: { $oid: oid }, email_verified: true, email: `${name}@${domain}`, passwordHash: bcrypt },
    ...{ password_set_date: { $date: '2021-03-05T16:35:16.775Z' }, tenant: 'acme', connection: 'Users', ...members },
  });
  const hashes = [
    hashed('5f00000000000000000000a1', 'kim'),
    hashed('5f00000000000000000000a2', 'lou', { alt_id: 'custom-1' }),
    hashed('5f00000000000000000000a9', 'gone'),
  ];
  const lines = (objects: readonly object[]): string => objects.map((one) => `${JSON.stringify(one)}\n`).join('');
  return { users: lines(exported), hashes: lines(hashes) };
}
