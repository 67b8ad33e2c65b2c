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
  it('are read once for all who ask, and kept for 5 minutes', async () => {
    expect(await Promise.all([kids('a'), kids('a'), kids(null)])).toEqual([['a'], ['a'], ['a']]);
    clock.ms += 299_999;
    await kids('a');
    expect(server.asked).toBe(1);
    clock.ms += 1;
    await kids('a');
    expect(server.asked).toBe(2);
  });

  it('are read again for a key that is not there, at most every 30 seconds', async () => {
    await kids('a');
    server.text = JSON.stringify({ keys: [jwk('b')] });
    expect([await kids('b'), server.asked]).toEqual([['a'], 1]);
    clock.ms += 30_000;
    expect([await kids('b'), server.asked]).toEqual([['b'], 2]);
  });

  it('stay in use while the server is away, and it is not asked at every request', async () => {
    await kids('a');
    server.isAway = true;
    clock.ms += 300_000;
    expect([await kids('a'), await kids('a'), server.asked]).toEqual([['a'], ['a'], 2]);
  });

  it('are none while they never could be had', async () => {
    server.isAway = true;
    expect([await kids('a'), await kids('a'), server.asked]).toEqual([[], [], 1]);
  });
});

describe('a JWK Set', () => {
  it('gives the keys that can be used, whatever else is in it', () => {
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

  it.each(['', '{', '[]', 'null', '{"keys":{}}', '{"keys":"x"}'])('that is none has none: %j', (text) => {
    expect(parseJwks(text)).toEqual([]);
  });
});
