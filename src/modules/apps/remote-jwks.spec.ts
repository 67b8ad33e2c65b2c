import { generateKeyPairSync } from 'node:crypto';
import { createLogger } from '../../kernel/telemetry/logger';
import { JwksSource, parseJwks, RemoteJwks } from './remote-jwks';

const URI = 'https://app.example/jwks';
const jwk = (kid: string) => ({
  ...generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ format: 'jwk' }),
  kid,
});

class Server extends JwksSource {
  asked = 0;
  text = JSON.stringify({ keys: [jwk('a')] });
  isAway = false;

  override async get(): Promise<string> {
    this.asked++;
    await new Promise((resolve) => setImmediate(resolve));
    if (this.isAway) throw new Error('away');
    return this.text;
  }
}

let server: Server;
let clock: { ms: number; nowMs: () => number };
let remote: RemoteJwks;
const kids = async (kid: string | null): Promise<readonly (string | undefined)[]> =>
  (await remote.keys(URI, kid)).map((key) => key.kid);

beforeEach(() => {
  server = new Server();
  clock = { ms: 1_000_000, nowMs: () => clock.ms };
  remote = new RemoteJwks(clock, createLogger('silent', 'test'), server);
});

describe('the keys at a jwks_uri', () => {
  it('are fetched once for concurrent callers, and cached for 5 minutes', async () => {
    expect(await Promise.all([kids('a'), kids('a'), kids(null)])).toEqual([['a'], ['a'], ['a']]);
    clock.ms += 299_999;
    await kids('a');
    expect(server.asked).toBe(1);
    clock.ms += 1;
    await kids('a');
    expect(server.asked).toBe(2);
  });

  it('are fetched again for an unknown key, at most once every 30 seconds', async () => {
    await kids('a');
    server.text = JSON.stringify({ keys: [jwk('b')] });
    expect([await kids('b'), server.asked]).toEqual([['a'], 1]);
    clock.ms += 30_000;
    expect([await kids('b'), server.asked]).toEqual([['b'], 2]);
  });

  it('stay in use during an outage of the server, which is not queried for every request', async () => {
    await kids('a');
    server.isAway = true;
    clock.ms += 300_000;
    expect([await kids('a'), await kids('a'), server.asked]).toEqual([['a'], ['a'], 2]);
  });

  it('are empty if they could never be fetched', async () => {
    server.isAway = true;
    expect([await kids('a'), await kids('a'), server.asked]).toEqual([[], [], 1]);
  });
});

describe('a JWK Set', () => {
  it('yields its usable keys and ignores all others', () => {
    const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const keys = [
      { ...jwk('good'), x5t: 'abc', use: 'sig' },
      { ...rsa.privateKey.export({ format: 'jwk' }), kid: 'private' },
      { kty: 'oct', k: 'AAAA', kid: 'secret' },
      { ...jwk('enc'), use: 'enc' },
      { ...generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey.export({ format: 'jwk' }), kid: 'short' },
      null,
      7,
    ];
    expect(parseJwks(JSON.stringify({ keys })).map(({ kid }) => kid)).toEqual(['good']);
  });

  it.each(['', '{', '[]', 'null', '{"keys":{}}', '{"keys":"x"}'])('that is invalid has no keys: %j', (text) => {
    expect(parseJwks(text)).toEqual([]);
  });
});
