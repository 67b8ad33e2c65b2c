import { diffQuery, newScheduledChange } from './flags-admin.types';

const messagesOf = (result: ReturnType<typeof diffQuery.safeParse> | ReturnType<typeof newScheduledChange.safeParse>) =>
  result.error?.issues.map(({ path, message }) => `/${path.join('/')}: ${message}`);

describe('validation messages', () => {
  it.each([[{}], [{ from: 'x' }]])('say that a version is missing or not a number: %j', (query) => {
    expect(messagesOf(diffQuery.safeParse(query))).toEqual(['/from: must be a version number, such as 3']);
  });

  it.each(['tomorrow', '2031-05-01 06:00', ''])('show the format of a time: %j', (at) => {
    const [message] = messagesOf(newScheduledChange.safeParse({ at, change: { op: 'disable', key: 'f' } })) ?? [];
    expect(message).toMatch(/^\/at: must be a time such as "2031-05-01T06:00:00Z"/);
  });

  it('are absent for valid values', () => {
    expect(diffQuery.parse({ from: '0', to: '2' })).toEqual({ from: 0, to: 2 });
    const at = '2031-05-01T08:00:00+02:00';
    expect(newScheduledChange.safeParse({ at, change: { op: 'disable', key: 'f' } }).success).toBe(true);
  });
});
