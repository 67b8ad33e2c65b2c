import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { stopAll, temporaryFolder } from '../test-support.js';
import { loadConfig } from './load-config.js';
import { readServerConfig } from './server-config.js';

afterEach(stopAll);

const url = 'https://acme.example/v1/';

describe('a configuration', () => {
  it('is read from a file, the environment and overrides', () => {
    const file = path.join(temporaryFolder(), 'opa.yaml');
    const secret = path.join(path.dirname(file), 'secret');
    writeFileSync(file, 'services:\n  acme:\n    url: ${REGO_TEST_URL}\nlabels: {a: x}\n');
    writeFileSync(secret, 'token\n');
    process.env['REGO_TEST_URL'] = url;
    try {
      const set = [
        'labels.b=y,labels.c\\.d=z',
        'status.console=false',
        'decision_logs.reporting.max_decisions_per_second=5',
      ];
      expect(loadConfig(file, set, [`services.acme.credentials.bearer.token=${secret}`])).toEqual({
        services: { acme: { url, credentials: { bearer: { token: 'token' } } } },
        labels: { a: 'x', b: 'y', 'c.d': 'z' },
        status: { console: false },
        decision_logs: { reporting: { max_decisions_per_second: 5 } },
      });
    } finally {
      delete process.env['REGO_TEST_URL'];
    }
    expect(loadConfig(null, ['a[0].b=1', 'c={x,2}'], [])).toMatchObject({ c: ['x', 2] });
    expect(() => loadConfig(null, ['a'], [])).toThrow('write <option>=<value>');
    expect(() => loadConfig(path.join(file, 'none'), [], [])).toThrow(/cannot be read/);
  });

  it("has OPA's defaults", () => {
    const config = readServerConfig({ services: [{ name: 'acme', url }], bundles: { authz: {} } }, '1.2.3');
    expect(config).toMatchObject({
      defaultDecision: 'system/main',
      defaultAuthorizationDecision: 'system/authz/allow',
      body: { maxBytes: 268_435_456, maxUnpackedBytes: 536_870_912 },
      encoding: { minBytes: 1_024, level: 9 },
      hasStatus: false,
      decisionLogs: null,
      persistenceDirectory: '.opa',
      bundles: [
        {
          name: 'authz',
          source: {
            kind: 'service',
            service: { url: 'https://acme.example/v1', timeoutMs: 10_000 },
            resource: 'bundles/authz',
          },
          delay: { minMs: 60_000, maxMs: 120_000 },
          persists: false,
          verification: null,
        },
      ],
    });
    expect(readServerConfig({ later: 1 }, '').warnings).toEqual(['later: this option is not known.']);
  });

  it.each<[unknown, string]>([
    [[], 'the configuration must be an object'],
    [{ discovery: { name: 'x' } }, 'discovery: is not supported: give the configuration itself'],
    [{ plugins: {} }, 'plugins: is not supported'],
    [{ services: { a: { url: 'ftp://x' } } }, 'services.a.url: must be an http(s) URL'],
    [
      { services: { a: { url, credentials: { oauth2: {} } } } },
      'services.a.credentials.oauth2: is not supported: use `bearer`',
    ],
    [{ services: { a: { url, credentials: { bearer: {} } } } }, 'services.a.credentials.bearer.token: give either'],
    [{ bundles: { b: { service: 'none' } } }, 'bundles.b.service: there is no service "none"'],
    [
      { services: { a: { url } }, bundles: { b: { polling: { min_delay_seconds: 2, max_delay_seconds: 1 } } } },
      'bundles.b.polling.max_delay_seconds: must not be less',
    ],
    [
      { services: { a: { url } }, bundles: { b: { polling: { min_delay_seconds: 2 } } } },
      'bundles.b.polling.max_delay_seconds: is required if min_delay_seconds is set',
    ],
    [
      { services: { a: { url } }, bundles: { b: { polling: { long_polling_timeout_seconds: 2 } } } },
      'bundles.b.polling.long_polling_timeout_seconds',
    ],
    [
      { services: { a: { url } }, bundles: { b: { signing: { keyid: 'k' } } } },
      'bundles.b.signing.keyid: there is no key "k"',
    ],
    [{ keys: { k: { algorithm: 'none', key: 'x' } } }, 'keys.k.algorithm: must be one of'],
    [{ decision_logs: { plugin: 'x' } }, 'decision_logs.plugin: is not supported'],
    [{ decision_logs: { service: 'x' } }, 'decision_logs.service: there is no service "x"'],
    [{ status: { service: 'x' } }, 'status.service: is not supported: use GET /v1/status'],
    [{ server: { decoding: { max_length: -1 } } }, 'server.decoding.max_length: must be a number'],
    [
      { server: { encoding: { gzip: { compression_level: 5 } } } },
      'server.encoding.gzip.compression_level: must be 0, 1 or 9',
    ],
  ])('%j is refused', (value, message) => {
    expect(() => readServerConfig(value, '')).toThrow(message);
  });
});
