import { ConfigError, type Environment } from '../kernel/config/config-section';
import { readSettings } from './settings';

const faultsOf = (environment: Environment): readonly string[] => {
  try {
    readSettings(environment);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.faults;
    throw error;
  }
};

const SECRETS = {
  MASTER_KEY: 'm'.repeat(43),
  CONTROL_PLANE_TOKEN: 'c'.repeat(43),
  AUDIT_SIGNING_KEY_FILE: '/run/audit-key',
};

describe('CORESDK_FAIL_MODE', () => {
  it('is closed by default', () => {
    expect(readSettings({}).role.CORESDK_FAIL_MODE).toBe('closed');
    expect(readSettings({ CORESDK_FAIL_MODE: 'open' }).role.CORESDK_FAIL_MODE).toBe('open');
  });

  it('must not be open in production, and is reported with all other errors', () => {
    const faults = faultsOf({ NODE_ENV: 'production', CORESDK_FAIL_MODE: 'open', PORT: 'x' });
    expect(faults).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^CORESDK_FAIL_MODE=open is not allowed in production/),
        expect.stringMatching(/^PORT /),
        expect.stringMatching(/^MASTER_KEY must be set/),
      ]),
    );
    expect(faultsOf({ ...SECRETS, CORESDK_ENV: 'production', CORESDK_FAIL_MODE: 'open' })).toHaveLength(1);
  });

  it('must be closed or open', () => {
    expect(faultsOf({ CORESDK_FAIL_MODE: 'ajar' })).toEqual(['CORESDK_FAIL_MODE must be one of closed, open.']);
  });
});

describe('CORESDK_ENV', () => {
  it.each([
    ['development', 'development'],
    ['test', 'test'],
    ['production', 'production'],
    ['staging', 'production'],
  ])('%s means NODE_ENV=%s', (word, nodeEnv) => {
    expect(readSettings({ ...SECRETS, CORESDK_ENV: word }).role.NODE_ENV).toBe(nodeEnv);
  });

  it('must agree with NODE_ENV if both are set', () => {
    expect(faultsOf({ ...SECRETS, NODE_ENV: 'production', CORESDK_ENV: 'development' })).toEqual([
      'CORESDK_ENV=development and NODE_ENV=production contradict each other; set one of them.',
    ]);
    expect(faultsOf({ ...SECRETS, NODE_ENV: 'development', CORESDK_ENV: 'production' })).toHaveLength(1);
    expect(readSettings({ NODE_ENV: 'test', CORESDK_ENV: 'development' }).role.NODE_ENV).toBe('test');
  });
});
