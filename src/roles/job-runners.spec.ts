import { jobRunnersConfig } from '../modules/jobs/runners/job-runners.config';
import { ConfigError, type Environment } from '../kernel/config/config-section';
import { containerRunner } from '../modules/jobs/runners/job-runners.module';
import { WorkPlace } from '../modules/jobs/runners/work-place';
import type { Logger } from '../kernel/telemetry/logger';
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

const PRODUCTION = {
  NODE_ENV: 'production',
  MASTER_KEY: 'm'.repeat(43),
  CONTROL_PLANE_TOKEN: 'c'.repeat(43),
  AUDIT_SIGNING_KEY_FILE: '/run/audit-key',
};

describe('the runner of container jobs', () => {
  const isThere = (environment: Environment): boolean =>
    containerRunner(readSettings(environment).of(jobRunnersConfig), new WorkPlace(null), {} as Logger) !== null;

  it('exists only if the settings allow an image or a local process', () => {
    expect(isThere({})).toBe(false);
    expect(isThere({ JOBS_CONTAINER_CLI: process.execPath })).toBe(false);
    expect(isThere({ JOBS_CONTAINER_CLI: process.execPath, JOBS_IMAGES: 'alpine:3' })).toBe(true);
    expect(isThere({ JOBS_ALLOW_LOCAL_PROCESS: 'true' })).toBe(true);
  });

  it('is rejected if the named engine does not exist', () => {
    expect(() => isThere({ JOBS_CONTAINER_CLI: '/no/engine', JOBS_IMAGES: 'a' })).toThrow('JOBS_CONTAINER_CLI');
  });

  it('does not run a plain process in production, whichever variable sets the environment', () => {
    const alone = { ...PRODUCTION, JOBS_ALLOW_LOCAL_PROCESS: 'true' };
    const refused = [expect.stringMatching(/^JOBS_ALLOW_LOCAL_PROCESS=true is not allowed in production/)];
    expect(faultsOf(PRODUCTION)).toEqual([]);
    expect(faultsOf(alone)).toEqual(refused);
    expect(faultsOf({ ...alone, NODE_ENV: undefined, CORESDK_ENV: 'production' })).toEqual(refused);
  });

  it('requires settings that agree with each other', () => {
    const faults = faultsOf({
      JOBS_NETWORK_IMAGES: 'a',
      JOBS_DEFAULT_IMAGES: 'report',
      JOBS_MEMORY_BYTES: '900000000',
      JOBS_MAX_MEMORY_BYTES: '800000000',
    });
    expect(faults).toEqual([
      'JOBS_DEFAULT_IMAGES contains "report", which does not have the form kind=image.',
      'JOBS_NETWORK_IMAGES requires JOBS_CONTAINER_NETWORK. Set both.',
      'JOBS_MEMORY_BYTES must not be above JOBS_MAX_MEMORY_BYTES.',
    ]);
  });
});
