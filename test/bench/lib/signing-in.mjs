import { SoftwareAuthenticator } from '../../support/software-authenticator.ts';
import { adminDatabase } from './admin-database.mjs';
import { Browser, codeIn, hiddenFields } from './browser.mjs';
import { userFacingApp } from './code-supply.mjs';
import { CONNECTIONS } from './http-load.mjs';
import { fillUsers } from './user-lists.mjs';

/**
 * Prepares users of tenant `default`, and an app to which they sign in.
 * @returns a function for each kind of sign-in. It takes `{ seconds }`, and returns the number of sign-ins, the seconds they took, and the
 * time of each in milliseconds.
 */
export async function signInsOf(installation) {
  const site = `http://localhost:${new URL(installation.url).port}`;
  const { request } = await userFacingApp(installation, { first_party: true });
  const path = `/oauth/authorize?${new URLSearchParams(request)}`;
  const { passwords, passkeys } = await users(installation, site);
  const { password } = installation.owner;
  const withPassword = (text, { email }) => ({ ...hiddenFields(text), email, password });
  return {
    passkey: (stop) => repeat(passkeys, (user) => signIn(site, path, (text) => withPasskey(text, user)), stop),
    password: (stop) => repeat(passwords, (user) => signIn(site, path, (text) => withPassword(text, user)), stop),
  };
}

/** Signs in with a new browser: the sign-in page, its form, and the redirect with the code. */
async function signIn(site, path, fieldsOf) {
  const browser = new Browser(site);
  const { text } = await browser.get(path);
  const { location } = await browser.post('/oauth/sign-in', fieldsOf(text));
  codeIn((await browser.get(location)).location);
}

function withPasskey(text, { device }) {
  const fields = JSON.parse(attribute(text, 'data-fields'));
  return { ...fields, answer: device.get(attribute(text, 'data-options')) };
}

function attribute(text, name) {
  const [, quoted] = new RegExp(`${name}="([^"]*)"`).exec(text);
  return quoted.replaceAll('&quot;', '"').replaceAll('&amp;', '&');
}

/** Each user signs in repeatedly until the time is over. */
async function repeat(users, signInAs, { seconds }) {
  const times = [];
  const began = performance.now();
  const untilOver = async (user) => {
    while (performance.now() - began < seconds * 1000) {
      const start = performance.now();
      await signInAs(user);
      times.push(performance.now() - start);
    }
  };
  await Promise.all(users.map(untilOver));
  return { count: times.length, seconds: (performance.now() - began) / 1000, times };
}

/** Creates users with the owner's password. Half of them have a passkey, which they need even after their password. */
async function users(installation, site) {
  const client = await adminDatabase(installation);
  await fillUsers(client, 2 * CONNECTIONS);
  const { rows } = await client.query(
    `UPDATE users.users AS u SET password_hash = o.password_hash FROM users.users AS o
     WHERE o.email_key = $1 AND u.password_hash IS NULL RETURNING u.tenant_id AS tenant, u.id, u.email`,
    [installation.owner.email],
  );
  const passkeys = rows.splice(0, CONNECTIONS).map((user) => ({ ...user, device: new SoftwareAuthenticator(site) }));
  for (const { tenant, id, device } of passkeys) {
    await client.query(
      `INSERT INTO factors.factors (tenant_id, id, user_id, kind, name, created_at, credential_id, public_key, rp_id)
       VALUES ($1, $2, $3, 'passkey', 'Bench', now(), $4, $5, 'localhost')`,
      [tenant, id.replace('usr', 'fac'), id, device.credentialId, device.publicKey],
    );
  }
  await client.end();
  return { passwords: rows, passkeys };
}
