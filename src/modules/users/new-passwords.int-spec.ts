import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { catchMail, makeUser, newEmail, newOrigin, PASSWORD, tokenOf } from '../../../test/support/accounts';
import { openAllCore, type TestCore } from '../../../test/support/test-core';
import { createTestDatabase, queryAs, type TestDatabase } from '../../../test/support/test-database';
import { makeTenant, type TestTenant } from '../../../test/support/two-tenants';
import { systemContext } from '../../kernel/context/call-context';
import { newId } from '../../kernel/ids/ids';
import { AccountRulesPort } from './contract/account-rules.port';
import { DEFAULT_ACCOUNT_RULES } from './contract/account-rules.types';
import { DirectoryUsersPort } from './contract/directory-users.port';
import { InvitationsPort } from './contract/invitations.port';
import { PasswordsPort } from './contract/passwords.port';
import { UsersPort } from './contract/users.port';
import type { Mail } from './mail/mailer';
import { breachHash } from './passwords/breached-passwords';
import { LinkMails } from './mail/link-mails';

const BREACHED = 'password of a breach';

let folder: string;
let database: TestDatabase;
let core: TestCore;
let mails: Mail[];
let tenant: TestTenant;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'breached-'));
  const path = join(folder, 'hashes.txt');
  await writeFile(path, `${[breachHash(BREACHED), breachHash('another one')].sort().join('\n')}\n`);
  database = await createTestDatabase();
  core = await openAllCore(database, { BREACHED_PASSWORDS_FILE: path });
  mails = catchMail(core);
  tenant = await makeTenant(core, 'a');
  const rules = { ...DEFAULT_ACCOUNT_RULES, passwordMinLength: 14, passwordBlockedWords: ['nordwind'] };
  await core.context.get(AccountRulesPort).set(context(), rules, null);
});

afterAll(async () => {
  await core.close();
  await database.drop();
  await rm(folder, { recursive: true });
});

const context = () => systemContext(newId('req'), tenant.id);
const get: TestCore['context']['get'] = (token: never) => core.context.get(token, { strict: false });

async function linkOf(email: string): Promise<string> {
  await get(PasswordsPort).requestLink(tenant.id, email, 'en', newOrigin());
  await get(LinkMails).drain();
  return tokenOf(mails.at(-1));
}

/** Every way to set a password: each returns a function that tries one, always for the same user. */
const WAYS: Readonly<Record<string, () => Promise<(password: string) => Promise<unknown>>>> = {
  'a link': async () => {
    const token = await linkOf((await makeUser(core, tenant.id)).email);
    return (password) => get(PasswordsPort).redeem(token, password, newOrigin());
  },
  'an administrator': async () => {
    const { id } = await makeUser(core, tenant.id);
    return (password) => get(PasswordsPort).set(context(), id, password);
  },
  'a new account': async () => {
    const email = newEmail('new');
    return (password) => get(UsersPort).create(context(), { email, displayName: 'Ada', role: 'member', password });
  },
  'an invitation': async () => {
    const email = newEmail('invited');
    const invited = { email, role: 'member', displayName: 'Ada' } as const;
    const { link = '' } = await get(InvitationsPort).invite(context(), invited);
    const token = new URL(link).searchParams.get('token') ?? '';
    return (password) => get(InvitationsPort).accept(token, { password }, newOrigin());
  },
  'a directory': async () => {
    const email = newEmail('directory');
    const profile = {};
    const account = { userName: email, externalId: null, email, displayName: 'Ada', isActive: true, role: null };
    return (text) =>
      get(DirectoryUsersPort).create(context(), { ...account, profile, password: { text, leastChars: 8 } });
  },
};

/** Passwords that nobody in the tenant can set, with the code of the error. */
const REFUSED: Readonly<Record<string, { readonly password: string; readonly code: string }>> = {
  'from a data breach': { password: BREACHED, code: 'breached' },
  'shorter than the tenant requires': { password: 'a'.repeat(13), code: 'invalid_length' },
  'with a word that the tenant blocks': { password: 'summer at NORDwind 2026', code: 'blocked_word' },
};

describe.each(Object.entries(REFUSED))('a password %s', (_, { password, code }) => {
  it.each(Object.keys(WAYS))('cannot be set by %s, which changes nothing', async (way) => {
    const set = await WAYS[way]?.();
    const rows = () =>
      queryAs(database.adminUrl, 'SELECT id, password_hash, status FROM users.users WHERE tenant_id = $1 ORDER BY id', [
        tenant.id,
      ]);
    const before = await rows();
    await expect(set?.(password)).rejects.toMatchObject({
      code: 'invalid_request',
      fields: [{ pointer: '/password', code }],
    });
    expect(await rows()).toEqual(before);
    await set?.(PASSWORD);
    expect(await rows()).not.toEqual(before);
  });
});

describe('a list of breached passwords', () => {
  it('that cannot be read stops the start', async () => {
    const missing = join(folder, 'missing.txt');
    await expect(openAllCore(database, { BREACHED_PASSWORDS_FILE: missing })).rejects.toThrow(
      /BREACHED_PASSWORDS_FILE cannot be used. ENOENT/,
    );
  });

  it('cannot come from a file and a service', async () => {
    const both = { BREACHED_PASSWORDS_FILE: '/srv/hashes.txt', BREACHED_PASSWORDS_URL: 'https://example.com/range' };
    await expect(openAllCore(database, both)).rejects.toThrow('Set only one of them.');
  });
});
