import { TextDecoder } from 'node:util';
import { parseFairly } from './parse-fairly';

const owner = { tenantId: 'tnt-a', shares: [] };
const decoder = new TextDecoder('utf-8');
const parse = (text: string): Promise<unknown> =>
  parseFairly(Buffer.from(text), decoder, owner, new AbortController().signal);

describe('a large JSON body', () => {
  it('is parsed in small chunks', async () => {
    const text = `{"list":[${'{"a":1},'.repeat(40_000)}2]}`;
    const whole = jest.spyOn(JSON, 'parse');
    const value = await parse(text);
    const longest = Math.max(...whole.mock.calls.map(([given]) => given.length));
    whole.mockRestore();
    expect(longest).toBeLessThan(9 * 1024);
    expect(JSON.stringify(value) === text).toBe(true);
  });

  it.each([
    ['invalid JSON', `[${'1,'.repeat(20_000)}]`],
    ['more values than the limit', `[${'{},'.repeat(100_001)}1]`],
  ])('that is %s is refused', async (_what, text) => {
    await expect(parse(text)).rejects.toMatchObject({ code: 'invalid_request' });
  });
});
