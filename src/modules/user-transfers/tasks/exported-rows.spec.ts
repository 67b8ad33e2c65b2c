import type { Account } from '../../users/contract/accounts.types';
import { headOf, rowsOf } from './exported-rows';

const user: Account = {
  id: 'usr-1',
  email: 'ada@example.com',
  emailVerified: true,
  displayName: 'Ada',
  avatarUrl: null,
  role: 'member',
  status: 'active',
  preferences: { theme: 'system', locale: null, notificationsEnabled: true },
  version: 1,
  createdAt: '2026-01-01T00:00:00.000Z',
  createdBy: null,
  updatedAt: '2026-01-02T00:00:00.000Z',
  updatedBy: null,
};

/** Returns the combined text of all steps. */
function written(...of: Parameters<typeof rowsOf>): string {
  const steps = rowsOf(...of);
  for (let step = steps.next(); ; step = steps.next()) if (step.done === true) return step.value;
}

describe('the rows of an export', () => {
  it('are written in steps of a hundred', () => {
    const steps = [
      ...rowsOf(
        'jsonl',
        Array.from({ length: 250 }, () => user),
      ),
    ];
    expect(steps).toHaveLength(2);
  });

  it('are JSON, one user per line', () => {
    expect(headOf('jsonl')).toBe('');
    expect(written('jsonl', [user, user])).toBe(`${JSON.stringify(user)}\n`.repeat(2));
  });

  it.each([
    ['Ada', 'Ada'],
    ['Ada, Countess', '"Ada, Countess"'],
    ['Ada "the first"', '"Ada ""the first"""'],
    ['=HYPERLINK("http://x")', `"'=HYPERLINK(""http://x"")"`],
    ['@sum', "'@sum"],
    ['-1', "'-1"],
  ])('are CSV in which the name %j is read as text', (displayName, field) => {
    expect(headOf('csv')).toBe('id,email,emailVerified,displayName,role,status,createdAt,updatedAt\r\n');
    expect(written('csv', [{ ...user, email: null, displayName }])).toBe(
      `usr-1,,true,${field},member,active,2026-01-01T00:00:00.000Z,2026-01-02T00:00:00.000Z\r\n`,
    );
  });
});
