import { setTimeout as sleep } from 'node:timers/promises';
import type { INestApplicationContext } from '@nestjs/common';
import { DiscoveryService, NestFactory } from '@nestjs/core';
import { sealingConfig } from '../kernel/sealing/sealing.config';
import { telemetryConfig } from '../kernel/telemetry/telemetry.config';
import type { Environment } from '../kernel/config/config-section';
import { ChangeFeed } from '../kernel/changes/change-feed';
import { SEND_HEARTBEAT } from '../kernel/changes/notification-heartbeat';
import { Database } from '../kernel/database/database';
import { Certificates } from '../kernel/grpc/certificates';
import { Readiness } from '../kernel/health/readiness';
import { readinessIndicators } from '../kernel/health/readiness-indicator';
import { listen } from '../kernel/http/rest-surface';
import { MasterKeyProof } from '../kernel/sealing/master-key-proof';
import { Rewrap } from '../kernel/sealing/rewrap';
import { createLogger, type Logger } from '../kernel/telemetry/logger';
import { NestLogger } from '../kernel/telemetry/nest-logger';
import { outageMetrics } from '../kernel/telemetry/outage-metrics';
import { KeyRotationService } from '../modules/keys/key-rotation.service';
import { maskLogRecord } from '../modules/masking/log-mask';
import { type Bootstrapped, bootstrap, NOTHING } from './bootstrap';
import { createHealthSurface } from './health/health.surface';
import { coreOf } from './core';
import type { CoreParts } from './kernel-of';
import { ProcessReport } from './process-report';
import { internalAddress } from './role.config';
import { releaseStartUpMemory } from '../kernel/adapters/start-up-memory';
import { RunningParts } from '../kernel/process/running-parts';
import { isControlPlane, readSettings, type Settings } from './settings';
import { openStore } from './store';
import { withDevelopmentSecrets } from './development-secrets';
import { startSurfaces } from './surfaces';

/** The interval between checks for the control plane's proof of the master key. */
const PROOF_WAIT_MS = 250;

/** The person or the program that runs a process. */
export interface Operator {
  /** Prints a line for a person who watches the process. */
  readonly print: (line: string) => void;
  /** Resolves when the operator wants the process to stop, even during the start. */
  readonly stopRequested: Promise<void>;
}

/** A running role. */
export interface RunningRole {
  readonly settings: Settings;
  readonly logger: Logger;
  /** The credentials that this start created, which must be shown once. */
  readonly firstStart: FirstStart;
  /** Stops serving, and reports it: turns readiness off, finishes calls in flight, and closes everything, the embedded database last. */
  stop(): Promise<void>;
}

export interface FirstStart {
  readonly bootstrapped: Bootstrapped;
  /** The generated secrets, which must be shown. */
  readonly generated: { readonly clientSecret: boolean; readonly ownerPassword: boolean };
  readonly controlPlaneToken: string | null;
}

/**
 * Starts the role that the environment specifies; resolves when it is ready. Rejects, after stopping everything again, if the
 * configuration has faults (`ConfigError` with all of them) or a part cannot start.
 */
export async function startRole(environment: Environment, { print, stopRequested }: Operator): Promise<RunningRole> {
  const read = readSettings(environment);
  const logger = createLogger(read.of(telemetryConfig).LOG_LEVEL, read.role.ROLE, maskLogRecord);
  watchOutages(read, logger);
  const report = new ProcessReport(logger, read.role.NODE_ENV === 'production', print);
  void stopRequested.then(() => report.stopping());
  const readiness = new Readiness();
  const parts = new RunningParts();
  try {
    await startHealth(read, readiness, logger, parts);
    const store = await openStore(read, readiness, report);
    parts.onStop(() => store.close());
    const { settings, newControlPlaneToken } = withDevelopmentSecrets(read);
    const certificates = openCertificates(settings, logger, parts);
    const coreParts = { settings, logger, store, certificates };
    const core = await startCore(coreParts, readiness, parts);
    const bootstrapped = isControlPlane(settings.role.ROLE) ? await bootstrap(core, settings.bootstrap) : NOTHING;
    await startSurfaces(core, coreParts, readiness, logger, parts);
    readiness.remove('start');
    report.started();
    // Not before, because it takes a tenth of a second.
    setImmediate(releaseStartUpMemory);
    return {
      settings,
      logger,
      firstStart: {
        bootstrapped,
        generated: {
          clientSecret: read.bootstrap.BOOTSTRAP_CLIENT_SECRET === null,
          ownerPassword: read.bootstrap.BOOTSTRAP_ADMIN_PASSWORD === null,
        },
        controlPlaneToken: newControlPlaneToken,
      },
      async stop() {
        report.stopping();
        readiness.stop();
        await parts.stop();
        report.stopped();
      },
    };
  } catch (error) {
    await parts.stop().catch(() => undefined);
    throw error;
  }
}

/** Logs outages: `CORESDK_FAIL_MODE=open` does not change decisions, but each decision that it would have changed must be visible. */
function watchOutages({ role }: Settings, logger: Logger): void {
  if (role.CORESDK_FAIL_MODE === 'closed') return;
  outageMetrics.configure((words) => {
    logger.error({}, words);
  });
  logger.warn({}, 'CORESDK_FAIL_MODE=open: unavailable decisions are still denials; each is counted and logged');
}

async function startHealth(
  settings: Settings,
  readiness: Readiness,
  logger: Logger,
  parts: RunningParts,
): Promise<void> {
  readiness.awaits('start', 'starting');
  const { app, close } = await createHealthSurface(readiness, logger);
  await listen(app, settings.role.HEALTH_PORT, internalAddress(settings.role));
  parts.onStop(close);
}

/** Opens the TLS files for connections between services, and watches them from then on. */
function openCertificates({ tlsFiles }: Settings, logger: Logger, parts: RunningParts): Certificates | null {
  if (tlsFiles === null) return null;
  const certificates = new Certificates(tlsFiles, logger);
  parts.onStop(async () => certificates.close());
  return certificates;
}

/** Starts the core: the modules of the role in one container, with their caches loaded. */
async function startCore(
  coreParts: CoreParts,
  readiness: Readiness,
  parts: RunningParts,
): Promise<INestApplicationContext> {
  const { ROLE: role } = coreParts.settings.role;
  const core = await NestFactory.createApplicationContext(await coreOf(coreParts), {
    logger: new NestLogger(coreParts.logger),
    abortOnError: false,
  });
  parts.onStop(() => core.close());
  if (isControlPlane(role)) await core.get(KeyRotationService).keepPlan();
  readiness.use(readinessIndicators(core.get(DiscoveryService)));
  const feed = core.get(ChangeFeed);
  const database = core.get(Database);
  feed.start(() => database.platform().run(SEND_HEARTBEAT));
  parts.onStop(() => feed.stop());
  await feed.catchUp();
  await proveMasterKey(core, coreParts.settings);
  return core;
}

/** Stops the start with a message if `MASTER_KEY` is wrong. A sidecar waits until the control plane has sealed the first proof. */
async function proveMasterKey(core: INestApplicationContext, settings: Settings): Promise<void> {
  if (settings.of(sealingConfig).MASTER_KEY === null) return;
  const proof = core.get(MasterKeyProof);
  if (isControlPlane(settings.role.ROLE)) await proof.establish();
  while (!(await proof.exists())) await sleep(PROOF_WAIT_MS);
  await proof.assert();
  if (isControlPlane(settings.role.ROLE) && settings.of(sealingConfig).MASTER_KEY_PREVIOUS !== null)
    core.get(Rewrap).start();
}
