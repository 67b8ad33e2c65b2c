import { CommandFault } from '../command';
import { connectionOf } from './connection';
import { RestClient } from './rest-client';

function faultOf(step: () => unknown): unknown {
  try {
    return step();
  } catch (error) {
    return error;
  }
}

describe('an API key', () => {
  it.each(['cpod_one\ncpod_two', 'cpod_one\r\nX-Other: 1', 'cpod_one two', 'cpod_öne', 'cpod_one\u0000'])(
    'is rejected and not shown if it contains a character that is not allowed in headers: %j',
    (key) => {
      const fault = faultOf(() => connectionOf({}, 'backend', { CPOD_API_KEY: key }));
      expect(fault).toBeInstanceOf(CommandFault);
      expect((fault as CommandFault).message).toMatch(
        /^The API key in CPOD_API_KEY contains a line break or a character/,
      );
      expect(String((fault as CommandFault).stack)).not.toMatch(/cpod_/);
    },
  );

  it('can have surrounding whitespace', () => {
    const { credential } = connectionOf({}, 'backend', { CPOD_API_KEY: ' cpod_one\n' });
    expect(credential).toEqual({ apiKey: 'cpod_one' });
  });

  it('is not shown in the error for a failed call, and neither are other headers', async () => {
    const at = { url: 'http://127.0.0.1:9', tokenPath: '/v1/oauth/token', scopes: null };
    const client = new RestClient({ ...at, credential: { apiKey: 'cpod_one\ncpod_two' } }, []);
    const fault = await client.call('GET', '/v1/jobs').catch((error: unknown) => error);
    expect(fault).toBeInstanceOf(CommandFault);
    const text = `${(fault as Error).stack} ${String((fault as Error).cause)}`;
    expect(text).not.toMatch(/cpod_/);
    const headers = { 'if-match': 'secret\n"1"' };
    const other = await client.call('GET', '/v1/jobs', { headers }).catch((error: unknown) => error);
    expect(other).toBeInstanceOf(CommandFault);
    expect(String((other as Error).stack)).not.toMatch(/secret/);
  });
});
