import { hash } from '@node-rs/argon2';
import { hash as hashBcrypt } from '@node-rs/bcrypt';
import { parsePasswordHash } from '../domain/password-hash';
import { phcText } from '../domain/phc-string';
import { PasswordHasher } from './password-hasher';
import { verifyPassword } from './verify-password';

async function matches(text: string, password: string): Promise<boolean> {
  const parsed = parsePasswordHash(text);
  if ('fault' in parsed) throw new Error(parsed.fault);
  return verifyPassword(parsed, text, password);
}

/** Returns the PHC string of a test vector. @param name the algorithm and its parameters. */
function phc(name: string, salt: string, keyHex: string): string {
  return `$${name}$${phcText(Buffer.from(salt))}$${phcText(Buffer.from(keyHex, 'hex'))}`;
}

const RFC_7914_KEY =
  '7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2d5432955613f0fcf62d49705242a9af9e61e85dc0d651e40dfcf017b45575887';
const RFC_7914_ONCE =
  '55ac046e56e3089fec1691c22544b605f94185216dde0465e68b9d57c20dacbc49ca9cccf179b645991664b39d77ef317c71b845b1e30bd509112041d3a19783';
const RFC_7914_80_000 =
  '4ddcd8f60b98be21830cee5ef22701f9641a4418d04c0414aeff08876b34ab56a1d425a1225833549adb841b51c9b3176a272bdebba1d078478f62b397f33c8d';
const SALT_36 = 'saltSALTsaltSALTsaltSALTsaltSALTsalt';

/** Published test vectors: their source, the password, and its hash. */
const VECTORS: readonly (readonly [string, string, string])[] = [
  ...(
    [
      ['password', phc('pbkdf2-sha1$i=1,l=20', 'salt', '0c60c80f961f0e71f3a9b524af6012062fe037a6')],
      ['password', phc('pbkdf2-sha1$i=2,l=20', 'salt', 'ea6c014dc72d6f8ccd1ed92ace1d41f0d8de8957')],
      ['password', phc('pbkdf2-sha1$i=4096,l=20', 'salt', '4b007901b765489abead49d926f721d065a429c1')],
      [
        'passwordPASSWORDpassword',
        phc('pbkdf2-sha1$i=4096,l=25', SALT_36, '3d2eec4fe41c849b80c8d83662c0e44a8b291a964cf2f07038'),
      ],
      ['pass\0word', phc('pbkdf2-sha1$i=4096,l=16', 'sa\0lt', '56fa6aa75548099dcc37d7f03425e0c3')],
    ] as const
  ).map(([password, text]) => ['RFC 6070', password, text] as const),
  ['RFC 7914 §11', 'passwd', phc('pbkdf2-sha256$i=1,l=64', 'salt', RFC_7914_ONCE)],
  ['RFC 7914 §11', 'Password', phc('pbkdf2-sha256$i=80000,l=64', 'NaCl', RFC_7914_80_000)],
  ['RFC 7914 §12', 'pleaseletmein', phc('scrypt$ln=14,r=8,p=1', 'SodiumChloride', RFC_7914_KEY)],
  ['jBCrypt', '', '$2a$06$DCq7YPn5Rq63x1Lad4cll.TV4S6ytwfsfvkgY8jIucDrjc8deX1s.'],
  ['jBCrypt', 'a', '$2a$06$m0CrhHm10qJ3lXRY.5zDGO3rS2KdeeWLuGmsfGlMfOxih58VYVfxe'],
  ['jBCrypt', 'abc', '$2a$06$If6bvum7DFjUnE9p2uDeDu0YHzrHM6tf.iqN8.yx.jNN1ILEf7h0i'],
  ['crypt_blowfish', 'U*U', '$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW'],
  ['crypt_blowfish', 'U*U*', '$2y$05$CCCCCCCCCCCCCCCCCCCCC.VGOzA784oUp/Z0DY336zx7pLYAy0lwK'],
  ['phc-winner-argon2', 'password', '$argon2i$m=256,t=2,p=1$c29tZXNhbHQ$/U3YPXYsSb3q9XxHvc0MLxur+GP960kN9j7emXX8zwY'],
  [
    'phc-winner-argon2',
    'password',
    '$argon2i$v=19$m=256,t=2,p=1$c29tZXNhbHQ$iekCn0Y3spW+sCcFanM2xBT63UP2sghkUoHLIUpWRS8',
  ],
  [
    'phc-winner-argon2',
    'password',
    '$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4',
  ],
  [
    'phc-winner-argon2',
    'password',
    '$argon2id$v=19$m=256,t=2,p=2$c29tZXNhbHQ$bQk8UB/VmZZF4Oo79iDXuL5/0ttZwg2f/5U52iv1cDc',
  ],
];

describe('a hash by another system', () => {
  it.each(VECTORS)('of %s verifies its password %j and no other one', async (_source, password, text) => {
    expect(await matches(text, password)).toBe(true);
    expect(await matches(text, `${password}x`)).toBe(false);
  });

  it.each([
    phc('scrypt$ln=15,r=1,p=8', 's', '00'.repeat(64)),
    phc('scrypt$ln=1,r=64,p=8', 'salt', '00'.repeat(16)),
    phc('pbkdf2-sha512$i=1,l=64', 's', '00'.repeat(64)),
    phc('argon2id$v=19$m=128,t=1,p=16', 's'.repeat(64), '00'.repeat(64)),
    phc('argon2d$v=16$m=8,t=1,p=1', 's'.repeat(8), '00'.repeat(16)),
  ])('with unusual parameters within the limits is compared without an error: %s', async (text) => {
    expect(await matches(text, 'password')).toBe(false);
  });

  it('is compared with the password as typed, in any Unicode form', async () => {
    const [decomposed, composed] = ['cafe\u0301', 'caf\u00e9'];
    const bcrypt = await hashBcrypt(decomposed, 4);
    expect([await matches(bcrypt, decomposed), await matches(bcrypt, composed)]).toEqual([true, false]);
    const argon2 = await hash(decomposed, { memoryCost: 256, timeCost: 1 });
    expect([await matches(argon2, decomposed), await matches(argon2, composed)]).toEqual([true, false]);
  });

  it('of bcrypt covers 72 bytes, and no password with a NUL matches it', async () => {
    const text = await hashBcrypt('a'.repeat(72), 4);
    expect([await matches(text, 'a'.repeat(80)), await matches(text, 'a'.repeat(71))]).toEqual([true, false]);
    const short = await hashBcrypt('ab', 4);
    for (const password of ['ab\0', 'ab\0ab', 'ab\0cd']) expect(await matches(short, password)).toBe(false);
    expect(await matches(await hashBcrypt('ab\0cd', 4), 'ab\0cd')).toBe(false);
  });
});

describe('the hasher', () => {
  const hasher = new PasswordHasher();

  it('accepts its own hashes in any Unicode form', async () => {
    const own = await hasher.compute('cafe\u0301');
    expect(await hasher.matches(own, 'caf\u00e9')).toBe(true);
    expect(await hasher.matches(own, 'cafe\u0301')).toBe(true);
    expect(await hasher.matches(own, 'cafe')).toBe(false);
    expect(hasher.isOutdated(own, 'caf\u00e9')).toBe(false);
  });

  it.each([null, '$argon2id$chosen', '$2b$15$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW', '\0', ''])(
    'never accepts a password for %j, even that of the dummy',
    async (text) => {
      for (const password of ['U*U', '\0', '']) expect(await hasher.matches(text, password)).toBe(false);
    },
  );

  it('replaces the hashes of other systems, except a bcrypt hash of a password that is longer than bcrypt reads', async () => {
    for (const [, password, text] of VECTORS) expect(hasher.isOutdated(text, password)).toBe(true);
    const bcrypt = await hashBcrypt('é'.repeat(40), 4);
    expect(await hasher.matches(bcrypt, 'é'.repeat(41))).toBe(true);
    expect(hasher.isOutdated(bcrypt, 'é'.repeat(37))).toBe(false);
    expect(hasher.isOutdated(bcrypt, 'é'.repeat(36))).toBe(true);
  });
});
