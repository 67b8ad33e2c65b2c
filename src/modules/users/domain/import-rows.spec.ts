import { withAuthorityFaults, withoutPasswords } from './import-authority';
import { readImport } from './import-rows';

const file = (...rows: readonly object[]) => ({
  format: 'jsonl' as const,
  bytes: Buffer.from(rows.map((row) => JSON.stringify(row)).join('\n')),
});

describe('the roles of an import', () => {
  it('that the caller cannot assign are reported as errors in their rows, listed by line with the file’s other errors', () => {
    const read = readImport(
      file(
        { email: 'a@example.com', role: 'admin' },
        { email: 'none' },
        { email: 'b@example.com', role: 'member' },
        { email: 'c@example.com', role: 'owner' },
      ),
    );
    expect(read).toMatchObject({ rows: 4, faulty: 1 });
    const checked = withAuthorityFaults(read, 'member');
    expect(checked).toMatchObject({ rows: 4, faulty: 3, good: [{ line: 3, email: 'b@example.com' }] });
    expect(checked.faults.map(({ line, code }) => [line, code])).toEqual([
      [1, 'forbidden'],
      [2, 'invalid_format'],
      [4, 'forbidden'],
    ]);
    expect(withAuthorityFaults(read, 'owner')).toEqual(read);
  });

  it('list at most 100 errors, and count all of them', () => {
    const rows = Array.from({ length: 150 }, (_, index) => ({ email: `u${index}@example.com`, role: 'owner' }));
    const { faults, faulty, good } = withAuthorityFaults(readImport(file(...rows)), 'viewer');
    expect([faults.length, faults.at(-1)?.line, faulty, good.length]).toEqual([100, 100, 150, 0]);
  });
});

const BCRYPT = '$2b$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW';

const csv = (...lines: readonly string[]) => ({ format: 'csv' as const, bytes: Buffer.from(lines.join('\n')) });

describe('a row of an import', () => {
  it('can contain the state and the password hash of a user in another system', () => {
    const members = { email: 'a@example.com', emailVerified: true, locale: 'de-AT', passwordHash: BCRYPT };
    const { good, faulty } = readImport(
      file(members, { email: 'b@example.com' }, { email: 'c@example.com', passwordHash: BCRYPT, status: 'suspended' }),
    );
    expect(faulty).toBe(0);
    expect(good).toEqual([
      { line: 1, ...members, displayName: 'a', role: 'member', status: 'active' },
      {
        ...{ line: 2, email: 'b@example.com', emailVerified: false, displayName: 'b', role: 'member' },
        ...{ status: 'invited', locale: null, passwordHash: null },
      },
      {
        ...{ line: 3, email: 'c@example.com', emailVerified: false, displayName: 'c', role: 'member' },
        ...{ status: 'suspended', locale: null, passwordHash: BCRYPT },
      },
    ]);
  });

  it('has the same members in a CSV file, in which an empty field is absent', () => {
    const { good, faults } = readImport(
      csv(
        'email,emailVerified,status,locale,passwordHash',
        `a@example.com,true,active,fr,${BCRYPT}`,
        'b@example.com,false,,,',
        'c@example.com,yes,,,',
      ),
    );
    expect(good).toMatchObject([
      { email: 'a@example.com', emailVerified: true, status: 'active', locale: 'fr', passwordHash: BCRYPT },
      { email: 'b@example.com', emailVerified: false, status: 'invited', locale: null, passwordHash: null },
    ]);
    expect(faults).toMatchObject([{ line: 4, member: 'emailVerified', code: 'invalid_type' }]);
  });

  it('is refused if the hash is malformed or too expensive, and no fault contains a hash', () => {
    const expensive = BCRYPT.replace('$05$', '$15$');
    const { good, faults } = readImport(
      file(
        { email: 'a@example.com', passwordHash: expensive },
        { email: 'b@example.com', passwordHash: BCRYPT.slice(0, -1) },
        { email: 'c@example.com', passwordHash: 'secret' },
        { email: 'd@example.com', passwordHash: BCRYPT, status: 'invited' },
        { email: 'e@example.com', passwordHash: { value: BCRYPT } },
        { email: 'f@example.com', passwordHash: BCRYPT.repeat(20) },
      ),
    );
    expect(good).toEqual([]);
    expect(faults.map(({ line, member, code }) => [line, member, code])).toEqual([
      [1, 'passwordHash', 'invalid_hash'],
      [2, 'passwordHash', 'invalid_hash'],
      [3, 'passwordHash', 'invalid_hash'],
      [4, 'status', 'invalid_value'],
      [5, 'passwordHash', 'invalid_type'],
      [6, 'passwordHash', 'too_big'],
    ]);
    expect(faults[0]?.message).toBe('The cost of bcrypt must be between 4 and 14.');
    expect(JSON.stringify(faults)).not.toMatch(/CCCCC|secret/);
  });
});

describe('password hashes and verified addresses', () => {
  const rows = file(
    { email: 'a@example.com', passwordHash: BCRYPT },
    { email: 'b@example.com', emailVerified: true },
    { email: 'c@example.com' },
  );

  it.each(['member', 'viewer'] as const)('are refused from a caller who acts as %s', (acting) => {
    const { good, faults } = withAuthorityFaults(readImport(rows), acting);
    const [hash, verified] = faults;
    if (acting === 'member') {
      expect([hash?.member, verified?.member, good.length]).toEqual(['passwordHash', 'emailVerified', 1]);
      expect(hash?.message).toContain('you need the role admin or owner, or an app token with the scope admin');
    } else expect(faults.map(({ member }) => member)).toEqual(['role', 'role', 'role']);
  });

  it('are accepted from administrators', () => {
    expect(withAuthorityFaults(readImport(rows), 'admin')).toMatchObject({ faulty: 0, good: { length: 3 } });
  });

  it('of a job are limited to addresses, because the file of a job is stored', () => {
    const { good, faults, faulty } = withoutPasswords(readImport(rows));
    expect([good.map(({ line }) => line), faults.map(({ line }) => line), faulty]).toEqual([[2, 3], [1], 1]);
  });
});
