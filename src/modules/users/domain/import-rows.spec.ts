import { readImport, withRoleFaults } from './import-rows';

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
    const checked = withRoleFaults(read, (role) => role === 'member');
    expect(checked).toMatchObject({ rows: 4, faulty: 3, good: [{ line: 3, email: 'b@example.com' }] });
    expect(checked.faults.map(({ line, code }) => [line, code])).toEqual([
      [1, 'forbidden'],
      [2, 'invalid_format'],
      [4, 'forbidden'],
    ]);
    expect(withRoleFaults(read, () => true)).toEqual(read);
  });

  it('list at most 100 errors, and count all of them', () => {
    const rows = Array.from({ length: 150 }, (_, index) => ({ email: `u${index}@example.com`, role: 'owner' }));
    const { faults, faulty, good } = withRoleFaults(readImport(file(...rows)), () => false);
    expect([faults.length, faults.at(-1)?.line, faulty, good.length]).toEqual([100, 100, 150, 0]);
  });
});
