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

describe('the rows of an export', () => {
  it('are JSON, a user on each line', () => {
    expect(headOf('jsonl')).toBe('');
    expect(rowsOf('jsonl', [user, user])).toBe(`${JSON.stringify(user)}\n`.repeat(2));
  });

  it.each([
    ['Ada', 'Ada'],
    ['Ada, Countess', '"Ada, Countess"'],
    ['Ada "the first"', '"Ada ""the first"""'],
    ['=HYPERLINK("http://x")', `"'=HYPERLINK(""http://x"")"`],
    ['@sum', "'@sum"],
    ['-1', "'-1"],
  ])('are CSV in which the name %j is a text', (displayName, field) => {
    expect(headOf('csv')).toBe('id,email,emailVerified,displayName,role,status,createdAt,updatedAt\r\n');
    expect(rowsOf('csv', [{ ...user, email: null, displayName }])).toBe(
      `usr-1,,true,${field},member,active,2026-01-01T00:00:00.000Z,2026-01-02T00:00:00.000Z\r\n`,
    );
  });
});
