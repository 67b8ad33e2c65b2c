import { inspectSettings } from './settings';

const SECRET = 'a-secret-of-more-than-thirty-two-characters';

function read(environment: Record<string, string>) {
  const { settings, faults } = inspectSettings({ MASTER_KEY: SECRET, CONTROL_PLANE_TOKEN: SECRET, ...environment });
  return {
    proxies: settings.role.TRUSTED_PROXIES,
    faults: faults.filter((fault) => fault.includes('TRUSTED_PROXIES')),
  };
}

describe('the trusted proxies', () => {
  it.each(['backend', 'control-plane'])('must be set for the role %s in production', (ROLE) => {
    const production = { ROLE, NODE_ENV: 'production' };
    expect(read(production).faults).toEqual([
      expect.stringMatching(`^TRUSTED_PROXIES must be set with ROLE=${ROLE} in production, to the addresses of `),
    ]);
    expect(read({ ROLE, CORESDK_ENV: 'prod' }).faults).toHaveLength(1);
    expect(read({ ...production, TRUSTED_PROXIES: ' ' }).faults).toHaveLength(1);
    expect(read({ ...production, TRUSTED_PROXIES: '10.0.4.0/24' })).toEqual({ proxies: ['10.0.4.0/24'], faults: [] });
  });

  it.each(['all', 'sidecar', 'worker'])('are optional for the role %s', (ROLE) => {
    expect(read({ ROLE, NODE_ENV: 'production' })).toEqual({ proxies: [], faults: [] });
  });

  it('default to the local machine for a control plane outside production', () => {
    const development = { ROLE: 'control-plane', NODE_ENV: 'development' };
    expect(read(development)).toEqual({ proxies: ['127.0.0.1', '::1'], faults: [] });
    expect(read({ ...development, TRUSTED_PROXIES: '10.0.0.1' }).proxies).toEqual(['10.0.0.1']);
    expect(read({ ROLE: 'backend', NODE_ENV: 'development' }).proxies).toEqual([]);
  });
});
