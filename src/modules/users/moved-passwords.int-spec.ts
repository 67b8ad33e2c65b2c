import { pbkdf2Sync, scryptSync } from 'node:crypto';
import { hash } from '@node-rs/argon2';
import { hash as hashBcrypt } from '@node-rs/bcrypt';
import { newEmail, newOrigin } from '../../../test/support/accounts';
import { openAllCore, type TestCore } from '../../../test/support/test-core';
import { createTestDatabase, queryAs, type TestDatabase } from '../../../test/support/test-database';
import { makeTenant, type TestTenant } from '../../../test/support/two-tenants';
import { systemContext } from '../../kernel/context/call-context';
import { newId } from '../../kernel/ids/ids';
import { SignInPort } from './contract/sign-in.port';
import { UserImportPort } from './contract/user-import.port';
import type { SignInOutcome } from './contract/users.types';
import { phcText } from './domain/phc-string';

/** A password whose NFKC form differs, because other systems hash passwords as typed. */
const TYPED = 'cafe\u0301 \ufb01ve horses';
const OURS = /^\$argon2id\$v=19\$m=19456,t=2,p=1\$/;
const SALT = Buffer.from('0123456789abcdef');

let database: TestDatabase;
let core: TestCore;
let tenant: TestTenant;

beforeAll(async () => {
  database = await createTestDatabase();
  core = await openAllCore(database);
  tenant = await makeTenant(core, 'm');
});

afterAll(async () => {
  await core.close();
  await database.drop();
});

const phc = (name: string, key: Buffer): string => `$${name}$${phcText(SALT)}$${phcText(key)}`;

const ALGORITHMS: Readonly<Record<string, (password: string) => string | Promise<string>>> = {
  bcrypt: (password) => hashBcrypt(password, 10),
  'bcrypt from PHP': async (password) => (await hashBcrypt(password, 10)).replace('$2b$', '$2y$'),
  'PBKDF2 with SHA-1': (password) => phc('pbkdf2-sha1$i=20000,l=64', pbkdf2Sync(password, SALT, 20_000, 64, 'sha1')),
  'PBKDF2 with SHA-256': (password) =>
    phc('pbkdf2-sha256$i=27500,l=64', pbkdf2Sync(password, SALT, 27_500, 64, 'sha256')),
  'PBKDF2 with SHA-512': (password) =>
    phc('pbkdf2-sha512$i=210000,l=64', pbkdf2Sync(password, SALT, 210_000, 64, 'sha512')),
  scrypt: (password) => phc('scrypt$ln=14,r=8,p=1', scryptSync(password, SALT, 32, { cost: 2 ** 14 })),
  'scrypt at the limit': (password) =>
    phc('scrypt$ln=17,r=8,p=2', scryptSync(password, SALT, 64, { cost: 2 ** 17, parallelization: 2, maxmem: 2 ** 28 })),
  Argon2id: (password) => hash(password, { memoryCost: 7_168, timeCost: 5, salt: SALT }),
  'Argon2id with our parameters': (password) =>
    hash(password, { memoryCost: 19_456, timeCost: 2, parallelism: 1, salt: SALT }),
  Argon2i: (password) => hash(password, { algorithm: 1, memoryCost: 4_096, timeCost: 3 }),
  Argon2d: (password) => hash(password, { algorithm: 0, memoryCost: 4_096, timeCost: 3 }),
};

/** Imports a user whose password another system hashed. @returns the address */
async function moveIn(passwordHash: string, members: object = {}): Promise<string> {
  const email = newEmail('moved');
  const bytes = Buffer.from(JSON.stringify({ email, passwordHash, ...members }));
  const context = systemContext(newId('req'), tenant.id);
  const report = await core.context.get(UserImportPort).run(context, { format: 'jsonl', bytes }, false);
  expect(report).toMatchObject({ rows: 1, imported: 1, faulty: 0 });
  return email;
}

function signIn(email: string, password: string): Promise<SignInOutcome> {
  return core.context.get(SignInPort).withPassword(tenant.id, email, password, newOrigin());
}

async function storedHash(email: string): Promise<string> {
  const sql = 'SELECT password_hash FROM users.users WHERE tenant_id = $1 AND email = $2';
  const rows = await queryAs<{ password_hash: string }>(database.adminUrl, sql, [tenant.id, email]);
  return rows[0]?.password_hash ?? '';
}

describe('a user from another system', () => {
  it.each(Object.keys(ALGORITHMS))(
    'signs in with a password hashed by %s, which the platform replaces',
    async (name) => {
      const moved = (await ALGORITHMS[name]?.(TYPED)) ?? '';
      const email = await moveIn(moved);
      expect(await signIn(email, `${TYPED}!`)).toEqual({ outcome: 'refused' });
      expect(await storedHash(email)).toBe(moved);
      expect(await signIn(email, TYPED)).toMatchObject({ outcome: 'signed_in', user: { email, status: 'active' } });
      expect(await storedHash(email)).toMatch(OURS);
      expect(await signIn(email, TYPED)).toMatchObject({ outcome: 'signed_in' });
      expect(await signIn(email, `${TYPED}!`)).toEqual({ outcome: 'refused' });
    },
  );

  it('keeps the bcrypt hash of a password that is longer than bcrypt reads, because its end is not verified', async () => {
    const long = 'x'.repeat(80);
    const moved = await hashBcrypt(long, 4);
    const email = await moveIn(moved);
    for (const password of [`${long}?`, long]) {
      expect(await signIn(email, password)).toMatchObject({ outcome: 'signed_in' });
      expect(await storedHash(email)).toBe(moved);
    }
    expect(await signIn(email, 'x'.repeat(71))).toEqual({ outcome: 'refused' });
  });

  it('does not sign in while suspended, and is refused like everyone else', async () => {
    const email = await moveIn(await hashBcrypt(TYPED, 4), { status: 'suspended' });
    expect(await signIn(email, TYPED)).toEqual({ outcome: 'refused' });
  });

  it('does not sign in with a hash beyond the limits, even if the database contains it', async () => {
    const email = await moveIn(await hashBcrypt(TYPED, 4));
    const dear = phc('pbkdf2-sha256$i=2000001,l=16', pbkdf2Sync(TYPED, SALT, 2_000_001, 16, 'sha256'));
    await queryAs(database.adminUrl, 'UPDATE users.users SET password_hash = $1 WHERE email = $2', [dear, email]);
    expect(await signIn(email, TYPED)).toEqual({ outcome: 'refused' });
    expect(await storedHash(email)).toBe(dear);
  });
});
