import { parsePasswordHash } from './password-hash';
import { phcText } from './phc-string';

const SALT = phcText(Buffer.from('0123456789abcdef'));
const KEY = phcText(Buffer.alloc(32, 7));
const BCRYPT = 'CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW';

const faultIn = (text: string): string => {
  const parsed = parsePasswordHash(text);
  return 'fault' in parsed ? parsed.fault : 'none';
};

describe('a password hash', () => {
  it.each(['2a', '2b', '2y'])('of bcrypt can have the prefix %s', (prefix) => {
    expect(parsePasswordHash(`$${prefix}$05$${BCRYPT}`)).toEqual({ algorithm: 'bcrypt', cost: 5 });
  });

  it.each(['argon2id', 'argon2i', 'argon2d'])('of %s is parsed with and without a version', (algorithm) => {
    const parsed = { algorithm, memoryKib: 7168, passes: 5, lanes: 1 };
    for (const version of ['', '$v=16', '$v=19']) {
      expect(parsePasswordHash(`$${algorithm}${version}$m=7168,t=5,p=1$${SALT}$${KEY}`)).toEqual(parsed);
    }
  });

  it.each(['sha1', 'sha256', 'sha512'])('of PBKDF2 with %s is parsed', (digest) => {
    expect(parsePasswordHash(`$pbkdf2-${digest}$i=27500,l=32$${SALT}$${KEY}`)).toEqual({
      ...{ algorithm: 'pbkdf2', digest, iterations: 27_500 },
      salt: Buffer.from('0123456789abcdef'),
      key: Buffer.alloc(32, 7),
    });
  });

  it('of scrypt is parsed', () => {
    expect(parsePasswordHash(`$scrypt$ln=14,r=8,p=1$${SALT}$${KEY}`)).toMatchObject({
      ...{ algorithm: 'scrypt', logCost: 14, blockSize: 8, lanes: 1 },
    });
  });

  it.each([
    `$2b$14$${BCRYPT}`,
    `$2b$04$${BCRYPT}`,
    `$argon2id$v=19$m=262144,t=10,p=16$${SALT}$${KEY}`,
    `$pbkdf2-sha512$i=2000000,l=64$${phcText(Buffer.alloc(64))}$${phcText(Buffer.alloc(64))}`,
    `$scrypt$ln=17,r=8,p=8$${SALT}$${KEY}`,
  ])('at the limits of its costs is accepted: %s', (text) => {
    expect(faultIn(text)).toBe('none');
  });

  it.each([
    [`$2b$15$${BCRYPT}`, 'The cost of bcrypt must be between 4 and 14.'],
    [`$2b$03$${BCRYPT}`, 'The cost of bcrypt must be between 4 and 14.'],
    [`$argon2id$v=19$m=262145,t=1,p=1$${SALT}$${KEY}`, 'The memory of Argon2, in KiB, must be between 8 and 262144.'],
    [`$argon2id$v=19$m=8,t=1,p=2$${SALT}$${KEY}`, 'The memory of Argon2, in KiB, must be between 16 and 262144.'],
    [`$argon2id$v=19$m=4096,t=11,p=1$${SALT}$${KEY}`, 'The passes of Argon2 must be between 1 and 10.'],
    [`$argon2id$v=19$m=4096,t=1,p=17$${SALT}$${KEY}`, 'The lanes of Argon2 must be between 1 and 16.'],
    [`$argon2id$v=19$m=4096,t=1,p=0$${SALT}$${KEY}`, 'The lanes of Argon2 must be between 1 and 16.'],
    [`$pbkdf2-sha256$i=2000001,l=32$${SALT}$${KEY}`, 'The iterations of PBKDF2 must be between 1 and 2000000.'],
    [`$pbkdf2-sha256$i=0,l=32$${SALT}$${KEY}`, 'The iterations of PBKDF2 must be between 1 and 2000000.'],
    [`$scrypt$ln=18,r=8,p=1$${SALT}$${KEY}`, 'The memory of scrypt, in bytes, must be between 1 and 134217728.'],
    [`$scrypt$ln=14,r=8,p=9$${SALT}$${KEY}`, 'The lanes of scrypt must be between 1 and 8.'],
    [`$scrypt$ln=0,r=8,p=1$${SALT}$${KEY}`, 'The parameter ln of scrypt must be between 1 and 127.'],
    [`$scrypt$ln=16,r=1,p=1$${SALT}$${KEY}`, 'The parameter ln of scrypt must be between 1 and 15.'],
    [`$scrypt$ln=100,r=8,p=1$${SALT}$${KEY}`, `in bytes, must be between 1 and 134217728.`],
    [`$scrypt$ln=1,r=65,p=1$${SALT}$${KEY}`, 'The block size of scrypt must be between 1 and 64.'],
    [`$scrypt$ln=14,r=0,p=1$${SALT}$${KEY}`, 'The block size of scrypt must be between 1 and 64.'],
    [
      `$scrypt$ln=14,r=8,p=1$${SALT}$${phcText(Buffer.alloc(15))}`,
      'The hash itself, in bytes, must be between 16 and 64.',
    ],
    [
      `$scrypt$ln=14,r=8,p=1$${SALT}$${phcText(Buffer.alloc(65))}`,
      'The hash itself, in bytes, must be between 16 and 64.',
    ],
    [`$scrypt$ln=14,r=8,p=1$$${KEY}`, 'The salt of the password hash, in bytes, must be between 1 and 64.'],
    [
      `$argon2id$v=19$m=4096,t=1,p=1$c2FsdA$${KEY}`,
      'The salt of the password hash, in bytes, must be between 8 and 64.',
    ],
    ['$2b$10$'.padEnd(257, 'a'), 'A password hash has at most 256 characters.'],
  ])('beyond a limit is refused: %s', (text, fault) => {
    expect(faultIn(text)).toContain(fault);
  });

  it.each([
    ['bcrypt', `$2x$05$${BCRYPT}`],
    ['bcrypt', `$2$05$${BCRYPT}`],
    ['bcrypt', `$2b$5$${BCRYPT}`],
    ['bcrypt', `$2b$05$${BCRYPT}x`],
    ['bcrypt', `$2b$05$${BCRYPT}\n`],
    // The last character of the salt, and that of the hash, have unused bits.
    ['bcrypt', `$2b$05$${BCRYPT.replace('C.E', 'C/E')}`],
    ['bcrypt', `$2b$05$${BCRYPT.slice(0, -1)}X`],
    ['Argon2', `$argon2x$v=19$m=4096,t=1,p=1$${SALT}$${KEY}`],
    ['Argon2', `$argon2id$v=18$m=4096,t=1,p=1$${SALT}$${KEY}`],
    ['Argon2', `$argon2id$v=19$m=4096,t=1,p=1,keyid=a$${SALT}$${KEY}`],
    ['Argon2', `$argon2id$v=19$m=04096,t=1,p=1$${SALT}$${KEY}`],
    ['Argon2', '$argon2id$chosen'],
    ['PBKDF2', `$pbkdf2-md5$i=1,l=32$${SALT}$${KEY}`],
    ['PBKDF2', `$pbkdf2-sha256$27500$${SALT}$${KEY}`],
    ['PBKDF2', `$pbkdf2-sha256$i=1,l=32$${SALT}$${KEY}=`],
    ['PBKDF2', `$pbkdf2-sha256$i=1,l=32$${SALT}$${KEY.slice(0, -1)}d`],
    ['PBKDF2', `$pbkdf2-sha256$i=99999999999,l=32$${SALT}$${KEY}`],
    ['scrypt', `$scrypt$ln=14,r=8,p=1$${SALT}$-_`],
    ['scrypt', `$scrypt$ln=14,p=1,r=8$${SALT}$${KEY}`],
  ])('of %s that is malformed is refused without showing it: %s', (algorithm, text) => {
    expect(faultIn(text)).toMatch(`The ${algorithm} hash is malformed.`);
    expect(faultIn(text)).not.toContain(BCRYPT.slice(0, 20));
    expect(faultIn(text)).not.toContain(KEY.slice(0, 10));
  });

  it('of PBKDF2 must have the stated length', () => {
    expect(faultIn(`$pbkdf2-sha256$i=1,l=64$${SALT}$${KEY}`)).toContain('is not the number of bytes in the hash');
  });

  it.each(['', 'plaintext', '$1$salt$hash', '$6$salt$hash', '{SHA}abcd', '$7$DU..../....$x'])(
    'of an unknown algorithm is refused: %j',
    (text) => {
      expect(faultIn(text)).toContain('The algorithm of the password hash is unknown. Use one of: $2b$<cost>');
    },
  );
});
