import { ConfigError } from '../kernel/config/config-section';
import { serviceTenantsWarning, tlsConfig } from '../kernel/grpc/tls.config';
import { readSettings } from './settings';

const SECRET = 'a-secret-of-more-than-thirty-two-characters';
const SIDECAR = { ROLE: 'sidecar', NODE_ENV: 'test', MASTER_KEY: SECRET, CORESDK_SERVICE_TOKEN: SECRET };
const BACKEND = {
  ROLE: 'backend',
  NODE_ENV: 'test',
  CONTROL_PLANE_URL: 'http://localhost:8080',
  MASTER_KEY: SECRET,
  CORESDK_SERVICE_TOKEN: SECRET,
};
const MUTUAL = {
  CORESDK_TLS_CERT_FILE: '/tls/tls.crt',
  CORESDK_TLS_KEY_FILE: '/tls/tls.key',
  CORESDK_TLS_CA_FILE: '/tls/ca.crt',
};
const { CORESDK_TLS_CA_FILE: _ca, ...OWN_ONLY } = MUTUAL;
const { CORESDK_SERVICE_TOKEN: _token, ...SIDECAR_WITHOUT_TOKEN } = SIDECAR;

function faultsOf(environment: Record<string, string>): readonly string[] {
  try {
    readSettings(environment);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.faults;
    throw error;
  }
}

describe('the TLS setup', () => {
  it.each(['CORESDK_TLS_CERT_FILE', 'CORESDK_TLS_KEY_FILE', 'CORESDK_TLS_CA_FILE'])(
    'is rejected with only %s',
    (name) => {
      const missing = ['CORESDK_TLS_CERT_FILE', 'CORESDK_TLS_KEY_FILE'].filter((needed) => needed !== name);
      const expected = `TLS is only partly configured: set ${missing.join(' and ')} too.`;
      expect(faultsOf({ ...SIDECAR, [name]: '/tls/file' })).toEqual([expected]);
    },
  );

  it('is the same under both spellings, and rejected if they differ', () => {
    const short = { CORESDK_TLS_CERT: '/tls/tls.crt', CORESDK_TLS_KEY: '/tls/tls.key', CORESDK_TLS_CA: '/tls/ca.crt' };
    expect(readSettings({ ...SIDECAR, ...short }).tlsFiles).toEqual(readSettings({ ...SIDECAR, ...MUTUAL }).tlsFiles);
    expect(faultsOf({ ...SIDECAR, ...MUTUAL, ...short })).toEqual([]);
    expect(faultsOf({ ...SIDECAR, ...MUTUAL, CORESDK_TLS_KEY: '/other.key' })).toEqual([
      'CORESDK_TLS_KEY_FILE and CORESDK_TLS_KEY name different files; set one of them.',
    ]);
  });

  it('needs a service token only without certificate authorities', () => {
    expect(faultsOf({ ...SIDECAR_WITHOUT_TOKEN, ...MUTUAL })).toEqual([]);
    expect(faultsOf({ ...SIDECAR_WITHOUT_TOKEN, ...OWN_ONLY })).toEqual([
      'CORESDK_SERVICE_TOKEN must be set with ROLE=sidecar.',
    ]);
  });

  it('maps services to tenants in pairs', () => {
    const tenants = { CORESDK_TLS_SERVICE_TENANTS: 'spiffe://acme/billing=acme, reports=globex, backend=*' };
    expect(faultsOf({ ...SIDECAR, ...MUTUAL, ...tenants })).toEqual([]);
    expect(faultsOf({ ...SIDECAR, ...MUTUAL, CORESDK_TLS_SERVICE_TENANTS: 'reports' })).toEqual([
      'CORESDK_TLS_SERVICE_TENANTS has "reports", which is not service=tenant.',
    ]);
  });
});

describe('the startup warning about peers', () => {
  const warningOf = (environment: Record<string, string>): string | null => {
    const settings = readSettings({ ...SIDECAR, ...environment });
    return serviceTenantsWarning(settings.of(tlsConfig), settings.tlsFiles);
  };
  const list = { CORESDK_TLS_SERVICE_TENANTS: 'reports=globex' };

  it('lists which services act for which tenants, and is absent without client certificates', () => {
    expect(warningOf({})).toBeNull();
    expect(warningOf(OWN_ONLY)).toBeNull();
    expect(warningOf(MUTUAL)).toMatch(/can act for every tenant/);
    expect(warningOf({ ...MUTUAL, ...list })).toMatch(/are refused/);
    expect(warningOf({ ...OWN_ONLY, ...list })).toMatch(/has no effect without CORESDK_TLS_CA_FILE/);
  });
});

describe('the address of the sidecar', () => {
  it.each(['0.0.0.0:50051', '[::]:50051', '10.0.0.5:50051', 'sidecar.internal:50051'])(
    '%s requires mutual TLS on both sides',
    (address) => {
      for (const role of [SIDECAR, BACKEND]) {
        const at = { ...role, CORESDK_SIDECAR_ADDR: address };
        expect(faultsOf(at)).toEqual([expect.stringContaining('CORESDK_TLS_CA_FILE')]);
        expect(faultsOf({ ...at, ...OWN_ONLY }).join()).toContain('CORESDK_TLS_CA_FILE');
        expect(faultsOf({ ...at, ...MUTUAL })).toEqual([]);
      }
    },
  );

  it.each(['127.0.0.1:50051', '[::1]:50051', 'localhost:50051', 'unix:/run/coresdk/sidecar.sock'])(
    '%s is local, and requires no TLS',
    (address) => {
      for (const role of [SIDECAR, BACKEND]) expect(faultsOf({ ...role, CORESDK_SIDECAR_ADDR: address })).toEqual([]);
    },
  );

  it.each(['unix:relative', 'unix:', `unix:/${'a'.repeat(101)}`, '127.0.0.1:0', '127.0.0.1:70000'])(
    '%s is invalid',
    (address) => {
      expect(faultsOf({ ...SIDECAR, CORESDK_SIDECAR_ADDR: address })).not.toEqual([]);
    },
  );
});

describe('OPA’s REST API', () => {
  const opa = { CORESDK_OPA_ADDR: '127.0.0.1:8181' };

  it('requires the service token, even with certificates', () => {
    expect(faultsOf({ ...SIDECAR, ...opa })).toEqual([]);
    expect(faultsOf({ ...SIDECAR_WITHOUT_TOKEN, ...MUTUAL, ...opa })).toEqual([
      'CORESDK_SERVICE_TOKEN must be set with CORESDK_OPA_ADDR: without it, any page in a browser could call it.',
    ]);
  });

  it('is rejected with certificates that bind services to tenants, because it cannot enforce them', () => {
    const tenants = { CORESDK_TLS_SERVICE_TENANTS: 'reports=globex' };
    expect(faultsOf({ ...SIDECAR, ...MUTUAL, ...tenants, ...opa })).toEqual([
      'CORESDK_OPA_ADDR does not support certificates: unset it, or CORESDK_TLS_SERVICE_TENANTS.',
    ]);
  });

  it('listens only on loopback, on its own port', () => {
    expect(faultsOf({ ...SIDECAR, CORESDK_OPA_ADDR: '0.0.0.0:8181' })).toHaveLength(1);
    expect(faultsOf({ ...SIDECAR, CORESDK_OPA_ADDR: '127.0.0.1:70000' })).toHaveLength(1);
    expect(faultsOf({ ...SIDECAR, CORESDK_OPA_ADDR: '127.0.0.1:9091' })).toEqual([
      'HEALTH_PORT, CORESDK_SIDECAR_ADDR, CORESDK_OPA_ADDR must be different ports.',
    ]);
  });

  it('is ignored by a role without the sidecar', () => {
    expect(faultsOf({ ...BACKEND, CORESDK_SIDECAR_ADDR: '127.0.0.1:50051', ...opa })).toEqual([]);
  });
});
