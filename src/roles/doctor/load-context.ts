import { sealingConfig } from '../../kernel/sealing/sealing.config';
import { databaseConfig } from '../../kernel/database/database.config';
import type { Environment } from '../../kernel/config/config-section';
import { Sealer } from '../../kernel/sealing/sealer';
import { roleConfig } from '../role.config';
import { GeneratedSecrets } from '../../kernel/config/generated-secrets';
import { inspectSettings, isControlPlane, type Settings } from '../settings';
import type { DoctorContext } from './check';
import { findRunningProcess } from './running-process';
import { openStoreReadOnly, type StoreState } from './store-state';

/** Reads the settings, and looks for the store and a running process. Call {@link release} at the end. */
export async function loadContext(environment: Environment): Promise<DoctorContext> {
  const inspected = inspectSettings(environment);
  const settings = withFoundSecrets(inspected.settings);
  const { MASTER_KEY, MASTER_KEY_PREVIOUS } = settings.of(sealingConfig);
  const [store, running] = await Promise.all([
    isStoreUnclear(inspected.faults) ? UNCLEAR : openStoreReadOnly(settings.of(databaseConfig)),
    findRunningProcess(settings.role.HEALTH_PORT),
  ]);
  const sealer = MASTER_KEY === null ? null : new Sealer(MASTER_KEY, MASTER_KEY_PREVIOUS);
  return { environment, settings, faults: inspected.faults, store, running, sealer };
}

/** Without a valid DATABASE_URL, the checks would examine a store other than the intended one. */
const UNCLEAR: StoreState = { state: 'asleep', place: '', why: 'not checked', remedy: 'Correct DATABASE_URL.' };

function isStoreUnclear(faults: readonly string[]): boolean {
  return faults.some((fault) => fault.startsWith('DATABASE_URL'));
}

/** Closes the store. */
export async function release({ store }: DoctorContext): Promise<void> {
  if (store.state === 'open') await store.close().catch(() => undefined);
}

/** Adds the secrets that a development installation has generated, if any, but does not generate secrets. */
function withFoundSecrets(settings: Settings): Settings {
  if (!isControlPlane(settings.role.ROLE)) return settings;
  const generated = new GeneratedSecrets(settings.of(databaseConfig).DATA_DIR);
  const { MASTER_KEY } = settings.of(sealingConfig);
  const { CONTROL_PLANE_TOKEN } = settings.role;
  return settings
    .with(sealingConfig, { MASTER_KEY: MASTER_KEY ?? generated.find('master-key') })
    .with(roleConfig, { CONTROL_PLANE_TOKEN: CONTROL_PLANE_TOKEN ?? generated.find('control-plane-token') });
}
