import { mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SignInPort } from '../../src/modules/users/contract/sign-in.port';
import { newOrigin } from '../support/accounts';
import { AUTH0_PASSWORD, auth0Export } from '../support/auth0-export';
import { type CommandCallers, openCommandCallers } from '../support/command-callers';
import { keycloakRealm, REALM_PASSWORD } from '../support/keycloak-realm';
import { readMadeSecrets } from '../support/made-secrets';
import { queryAs } from '../support/test-database';

const REALM = 'realm.example';
const CLOUD = 'cloud.example';
const OURS = /^\$argon2id\$v=19\$m=19456,t=2,p=1\$/;
const ROLES = ['--role', 'admin=realm-admin', '--role', 'viewer=shop/editor'];

interface Report {
  readonly dryRun: boolean;
  readonly counts: Readonly<
    Record<string, { readonly read: number; readonly created: number; readonly existing: number }>
  >;
  readonly passwords: number;
  readonly apps: readonly { readonly app: string; readonly clientId: string }[];
  readonly notes: readonly {
    readonly item: string;
    readonly subject: string;
    readonly outcome: string;
    readonly reason: string;
  }[];
}

let callers: CommandCallers;
let { app, world, run, refused } = {} as CommandCallers;
let realmFile: string;

beforeAll(async () => {
  callers = await openCommandCallers();
  ({ app, world, run, refused } = callers);
  realmFile = world.file('realm.json', JSON.stringify(await keycloakRealm(REALM), null, 2));
});

afterAll(async () => {
  await world.close();
});

const rows = <T extends object>(sql: string, ...values: readonly unknown[]): Promise<readonly T[]> =>
  queryAs<T>(world.database.adminUrl, sql, [world.tenant.id, ...values]);

/** Runs a command that moves something. @returns the report, and the exit code. */
async function moved(name: string, ...args: readonly string[]): Promise<Report & { readonly code: number }> {
  const { code, out, err } = await run(name, ...args, ...app, '--json');
  expect(err).toBe('');
  return { code, ...(JSON.parse(out) as Report) };
}

function signIn(email: string, password: string): Promise<{ readonly outcome: string }> {
  return world.core.context.get(SignInPort).withPassword(world.tenant.id, email, password, newOrigin());
}

async function hashOf(email: string): Promise<string | null> {
  const found = await rows<{ password_hash: string | null }>(
    'SELECT password_hash FROM users.users WHERE tenant_id = $1 AND email = $2',
    email,
  );
  return found[0]?.password_hash ?? null;
}

const people = (domain: string) =>
  rows<{ email: string; role: string; status: string; email_verified: boolean; has_password: boolean }>(
    `SELECT email, role, status, email_verified, password_hash IS NOT NULL AS has_password, locale, display_name
     FROM users.users WHERE tenant_id = $1 AND email LIKE $2 ORDER BY email`,
    `%@${domain}`,
  );

describe('import keycloak', () => {
  it('reports everything in a dry run, as JSON and as tables, and changes nothing', async () => {
    const report = await moved('import keycloak', realmFile, ...ROLES, '--dry-run');
    expect(report).toMatchObject({
      ...{ code: 2, dryRun: true, passwords: 5, apps: [] },
      counts: {
        users: { read: 11, created: 8, existing: 0 },
        groups: { read: 2, created: 2, existing: 0 },
        memberships: { read: 3, created: 3, existing: 0 },
        apps: { read: 4, created: 3, existing: 0 },
      },
    });
    expect(
      report.notes.map(({ item, subject, outcome, reason }) => `${item} ${subject} ${outcome}: ${reason}`),
    ).toEqual([
      `redirect URI shop not moved: "https://shop.example.com/*" is a pattern. Add the exact URIs to the app.`,
      'client secret portal changed: Secrets do not move: the app gets a new one.',
      'client secret worker changed: Secrets do not move: the app gets a new one.',
      'client wiki not moved: Clients of the protocol "saml" have no place here.',
      'user eve changed: The user is disabled, and moves as suspended.',
      'user fay not moved: The user has no email address.',
      `user ADA@${REALM.toUpperCase()} not moved: An earlier user of the export has the same address, ignoring case.`,
      'password hal not moved: The hash algorithm "scrypt-of-ours" is not supported.',
      'credential ida not moved: One-time passwords (TOTP, HOTP) have no place here.',
      'credential ida not moved: Security keys (WebAuthn) have no place here.',
      'identity ida not moved: The link to the identity provider "google" has no place here.',
      'service account service-account-worker not moved: An app with client credentials acts for itself.',
      `password jon@${REALM} not moved: The platform refuses it: The iterations of PBKDF2 must be between 1 and 2000000.`,
    ]);
    const { code, out } = await run('import keycloak', realmFile, ...ROLES, '--dry-run', ...app);
    expect(code).toBe(2);
    expect(out).toMatch(/^Kind +Read +To create +Existing +Not moved\nusers +11 +8 +0 +3\n/);
    expect(out).toMatch(/^user +not moved +1 +The user has no email address\. +fay$/m);
    expect(out).toContain(`5 of 8 new users would move with their passwords to the tenant ${world.tenant.slug}.`);
    expect(out).toMatch(/Nothing was changed\.\n$/);
    expect(await people(REALM)).toEqual([]);
    expect(await rows('SELECT id FROM users.groups WHERE tenant_id = $1')).toEqual([]);
    expect(await rows(`SELECT name FROM apps.apps WHERE tenant_id = $1 AND name = 'shop'`)).toEqual([]);
  });

  it('moves nothing before the file for secrets is known', async () => {
    const message = await refused('import keycloak', realmFile, ...app);
    expect(message).toContain('makes secrets for 2 apps');
    expect(await people(REALM)).toEqual([]);
  });

  it('moves users, groups and apps, and lets everyone sign in', async () => {
    const secretsFile = join(world.folder, 'secrets.jsonl');
    const report = await moved('import keycloak', realmFile, ...ROLES, '--secrets-out', secretsFile);
    expect(report).toMatchObject({
      ...{ code: 2, dryRun: false, passwords: 5 },
      counts: { users: { created: 8 }, groups: { created: 2 }, memberships: { created: 3 }, apps: { created: 3 } },
    });
    const member = { role: 'member', status: 'invited', email_verified: true, has_password: false, locale: null };
    expect(await people(REALM)).toEqual([
      {
        ...{ ...member, email: `ada@${REALM}`, role: 'admin', status: 'active', has_password: true },
        ...{ locale: 'de', display_name: 'Ada Lovelace' },
      },
      {
        ...member,
        email: `ben@${REALM}`,
        status: 'active',
        email_verified: false,
        has_password: true,
        display_name: 'ben',
      },
      { ...member, email: `cleo@${REALM}`, role: 'viewer', status: 'active', has_password: true, display_name: 'cleo' },
      { ...member, email: `dan@${REALM}`, status: 'active', has_password: true, display_name: 'dan' },
      { ...member, email: `eve@${REALM}`, status: 'suspended', has_password: true, display_name: 'eve' },
      { ...member, email: `hal@${REALM}`, display_name: 'hal' },
      { ...member, email: `ida@${REALM}`, display_name: 'ida' },
      { ...member, email: `jon@${REALM}`, display_name: 'jon' },
    ]);
    for (const name of ['ada', 'ben', 'cleo', 'dan']) {
      expect(await hashOf(`${name}@${REALM}`)).not.toMatch(OURS);
      expect(await signIn(`${name}@${REALM}`, `${REALM_PASSWORD}!`)).toEqual({ outcome: 'refused' });
      expect(await signIn(`${name}@${REALM}`, REALM_PASSWORD)).toMatchObject({ outcome: 'signed_in' });
      expect(await hashOf(`${name}@${REALM}`)).toMatch(OURS);
    }
    expect(await signIn(`eve@${REALM}`, REALM_PASSWORD)).toEqual({ outcome: 'refused' });
    const members = await rows(
      `SELECT g.display_name AS "group", u.email FROM users.groups g
       JOIN users.group_members m ON m.tenant_id = g.tenant_id AND m.group_id = g.id
       JOIN users.users u ON u.tenant_id = m.tenant_id AND u.id = m.user_id WHERE g.tenant_id = $1 ORDER BY 1, 2`,
    );
    expect(members).toEqual([
      { group: 'staff', email: `ada@${REALM}` },
      { group: 'staff/sales', email: `ada@${REALM}` },
      { group: 'staff/sales', email: `cleo@${REALM}` },
    ]);
    expect(statSync(secretsFile).mode & 0o777).toBe(0o600);
    const secrets = readMadeSecrets(secretsFile);
    expect(secrets.map(({ key }) => key)).toEqual(['portal', 'worker']);
    expect(report.apps.map(({ app: name }) => name)).toEqual(['shop', 'portal', 'worker']);
    const worker = secrets.find(({ key }) => key === 'worker');
    const file = world.file('worker-secret', String(worker?.['client_secret']));
    const client = ['--client-id', String(worker?.['client_id']), '--client-secret-file', file];
    expect(await run('tokens issue', '--url', world.surface.url, ...client)).toMatchObject({ code: 0 });
  });

  it('changes nothing when repeated', async () => {
    const before = await rows('SELECT id, version, password_hash FROM users.users WHERE tenant_id = $1 ORDER BY id');
    const report = await moved('import keycloak', realmFile, ...ROLES);
    expect(report.counts).toEqual({
      users: { read: 11, created: 0, existing: 8 },
      groups: { read: 2, created: 0, existing: 2 },
      memberships: { read: 3, created: 0, existing: 3 },
      apps: { read: 4, created: 0, existing: 3 },
    });
    expect([report.passwords, report.apps]).toEqual([0, []]);
    expect(await rows('SELECT id, version, password_hash FROM users.users WHERE tenant_id = $1 ORDER BY id')).toEqual(
      before,
    );
  });

  it('reads the folder of an export, whose users are in several files', async () => {
    const { users, ...realm } = await keycloakRealm('folder.example');
    const folder = join(world.folder, 'export');
    mkdirSync(folder);
    const write = (name: string, value: object): void => {
      writeFileSync(join(folder, name), JSON.stringify(value));
    };
    write('acme-realm.json', realm);
    write('acme-users-0.json', { realm: 'acme', users: users.slice(0, 1) });
    write('acme-users-1.json', { realm: 'acme', users: users.slice(1, 3) });
    write('acme-federated-users-0.json', { realm: 'acme', federatedUsers: [] });
    write('other-realm.json', { realm: 'other' });
    expect(await refused('import keycloak', folder, ...app)).toContain('has several realms: acme, other.');
    const report = await moved('import keycloak', folder, '--realm', 'acme', '--default-role', 'viewer');
    expect(report.counts['users']).toEqual({ read: 3, created: 3, existing: 0 });
    expect(report.notes).toContainEqual(
      expect.objectContaining({ item: 'file', subject: 'acme-federated-users-0.json' }),
    );
    expect((await people('folder.example')).map(({ role }) => role)).toEqual(['viewer', 'viewer', 'viewer']);
  });

  it('moves more users than one call can contain, and reports each one that the platform refuses', async () => {
    const many = Array.from({ length: 1_300 }, (_, index) => ({
      ...{ username: `u${index}`, enabled: true },
      // Every third user has an address that Keycloak accepts and the platform does not.
      email: index % 3 === 0 ? `u${index}@localhost` : `u${index}@many.example`,
      firstName: index % 100 === 1 ? 'x'.repeat(201) : 'Uma',
    }));
    const file = world.file('many.json', JSON.stringify({ realm: 'many', users: many }));
    const report = await moved('import keycloak', file);
    const refusedUsers = report.notes.filter(({ item }) => item === 'user');
    expect(refusedUsers).toHaveLength(434);
    expect(refusedUsers[0]).toMatchObject({
      subject: 'u0@localhost',
      reason: expect.stringContaining('refuses the email'),
    });
    expect(report.counts['users']).toEqual({ read: 1_300, created: 866, existing: 0 });
    expect(report.notes.filter(({ item }) => item === 'name')).toHaveLength(9);
    expect(await people('many.example')).toHaveLength(866);
  });

  it('stops with the reason if the credentials may not move passwords', async () => {
    const scopes = ['users.read', 'users.write', 'groups.read', 'groups.write'];
    const made = await run('apps create', 'Limited', ...app, '--scope', scopes.join(' '), '--json');
    const { client_id: id, client_secret: secret } = JSON.parse(made.out) as Record<string, string>;
    const limited = ['--client-id', id ?? '', '--client-secret-file', world.file('limited', secret ?? '')];
    const there = ['--url', world.surface.url, ...limited];
    expect(await refused('import keycloak', realmFile, ...there)).toContain('invalid_scope');
  });

  it.each([
    [[], 'Name one file or folder.'],
    [['missing.json'], 'missing.json cannot be read'],
    [['REALM', '--role', 'admin=realm-admn'], 'has no role "realm-admn". Did you mean "realm-admin"?'],
    [['REALM', '--role', 'king=realm-admin'], '--role must be one of owner, admin, member, viewer.'],
    [['REALM', '--realm', 'other'], 'contains the realm "acme", not "other".'],
  ])('refuses %j', async (args, message) => {
    const given = args.map((arg) => (arg === 'REALM' ? realmFile : arg));
    expect(await refused('import keycloak', ...given, ...app)).toContain(message);
  });

  it('never shows a hash for a file that is not valid', async () => {
    const broken = `{"realm":"acme","users":[{"username":"x","credentials":[{"secretData":"s3cret" oops}]}]}`;
    const message = await refused('import keycloak', world.file('broken.json', broken), ...app);
    expect(message).toContain('contains a user that is not valid JSON');
    expect(message).not.toContain('s3cret');
  });
});

describe('import auth0', () => {
  let users: string;
  let hashes: string;

  beforeAll(async () => {
    const exported = await auth0Export(CLOUD);
    users = world.file('users.ndjson', exported.users);
    hashes = world.file('hashes.ndjson', exported.hashes);
  });

  it('reports everything in a dry run, and changes nothing', async () => {
    const report = await moved('import auth0', users, '--password-hashes', hashes, '--dry-run');
    expect(report).toMatchObject({
      ...{ code: 2, dryRun: true, passwords: 2 },
      counts: { users: { read: 5, created: 3, existing: 0 } },
    });
    expect(
      report.notes.map(({ item, subject, outcome, reason }) => `${item} ${subject} ${outcome}: ${reason}`),
    ).toEqual([
      'user auth0|custom-1 changed: The user is blocked, and moves as suspended.',
      'identity google-oauth2|77 not moved: The link to "google-oauth2" has no place here.',
      `user kim@${CLOUD} not moved: An earlier user of the export has the same address, ignoring case.`,
      'password auth0|5f00000000000000000000a3 not moved: The password export does not contain the user.',
      'credential auth0|5f00000000000000000000a3 not moved: The second factor "guardian" has no place here.',
      'user sms|5f00000000000000000000a4 not moved: The user has no email address.',
      'password auth0|5f00000000000000000000a9 not moved: The user export does not contain the user of this password.',
    ]);
    expect(await people(CLOUD)).toEqual([]);
  });

  it('moves users who then sign in, and changes nothing when repeated', async () => {
    const report = await moved('import auth0', users, '--password-hashes', hashes);
    expect(report).toMatchObject({ passwords: 2, counts: { users: { read: 5, created: 3, existing: 0 } } });
    expect(await people(CLOUD)).toMatchObject([
      { email: `kim@${CLOUD}`, status: 'active', has_password: true, display_name: 'Kim Lee' },
      { email: `lou@${CLOUD}`, status: 'suspended', has_password: true },
      { email: `mia@${CLOUD}`, status: 'invited', has_password: false, display_name: 'mia' },
    ]);
    expect(await signIn(`kim@${CLOUD}`, AUTH0_PASSWORD)).toMatchObject({ outcome: 'signed_in' });
    expect(await hashOf(`kim@${CLOUD}`)).toMatch(OURS);
    const again = await moved('import auth0', users, '--password-hashes', hashes);
    expect(again).toMatchObject({ passwords: 0, counts: { users: { read: 5, created: 0, existing: 3 } } });
  });

  it('moves users without a password export', async () => {
    const other = (await auth0Export('bare.example')).users;
    const report = await moved('import auth0', world.file('bare.ndjson', other), '--default-role', 'viewer');
    expect(report.counts['users']).toEqual({ read: 5, created: 3, existing: 0 });
    expect(report.notes.filter(({ item }) => item === 'password').map(({ reason }) => reason)).toEqual(
      Array<string>(3).fill('Set --password-hashes to move passwords.'),
    );
    expect((await people('bare.example')).map(({ role }) => role)).toEqual(['viewer', 'viewer', 'viewer']);
  });

  it.each([
    ['[{"user_id":"auth0|1"}]', 'line 1: expected one JSON object per line'],
    ['{"user_id":"auth0|1"}\nsecret\n', 'line 2: expected one JSON object per line'],
  ])('refuses a file that is not NDJSON: %j', async (text, message) => {
    const refusal = await refused('import auth0', world.file('bad.ndjson', text), ...app);
    expect(refusal).toContain(message);
    expect(refusal).not.toContain('secret');
  });
});

it('import of a configuration stays beside these commands', async () => {
  expect(await refused('import', 'keycloack', ...app)).toContain(
    'Specify the file: -f <file>. Did you mean "keycloak"?',
  );
});

it('no hash is in an audit record, an event or an export', async () => {
  const text = await rows<{ found: number }>(
    `SELECT count(*)::int AS found FROM (
       SELECT metadata::text AS text FROM audit.events WHERE tenant_id = $1
       UNION ALL SELECT payload::text FROM kernel.outbox WHERE payload->>'tenantId' = $1) AS written
     WHERE text ~ '\\$(2[aby]|pbkdf2|argon2|scrypt)'`,
  );
  expect(text).toEqual([{ found: 0 }]);
  expect((await callers.printed('users list', '--all', '--json', ...app)).includes('$2b$')).toBe(false);
});
