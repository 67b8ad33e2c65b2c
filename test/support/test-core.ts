import { type INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { telemetryConfig } from '../../src/kernel/telemetry/telemetry.config';
import { ChangeFeed } from '../../src/kernel/changes/change-feed';
import type { Environment } from '../../src/kernel/config/config-section';
import { MasterKeyProof } from '../../src/kernel/sealing/master-key-proof';
import { createLogger, type Logger } from '../../src/kernel/telemetry/logger';
import { NestLogger } from '../../src/kernel/telemetry/nest-logger';
import { KeyRotationService } from '../../src/modules/keys/key-rotation.service';
import { RunnerThreads } from '../../src/modules/skills/runner/runner-threads';
import { coreOf } from '../../src/roles/core';
import { isControlPlane, readSettings, type Settings } from '../../src/roles/settings';
import { createSidecarSurface } from '../../src/roles/sidecar/sidecar.surface';
import { freePorts } from './free-ports';
import { grpcConfig, type GrpcConfig } from '../../src/kernel/grpc/grpc.config';
import type { TestDatabase } from './test-database';

export const SERVICE_TOKEN = 'service-token-of-the-tests';

// Starting the two threads that wait for skills takes as long as starting the rest of a core, and few tests run a skill. Here, the first
// run starts its own threads. Tests in test/e2e use processes that start them in advance.
RunnerThreads.prototype.onModuleInit = () => undefined;

/** A core of the product on a test database, with loaded caches. */
export interface TestCore {
  readonly context: INestApplicationContext;
  readonly feed: ChangeFeed;
  readonly settings: Settings;
  readonly logger: Logger;
  readonly close: () => Promise<void>;
}

/** The part of a database that a core needs. */
type Reach = Pick<TestDatabase, 'appUrl'>;

/** Opens a core that hosts everything in this process, as `ROLE=all` does. */
export async function openAllCore(database: Reach, environment: Environment = {}): Promise<TestCore> {
  return openCore(database, { ROLE: 'all', ...environment });
}

/** Opens a core that hosts the parts of a sidecar. */
export async function openSidecarCore(database: TestDatabase, environment: Environment = {}): Promise<TestCore> {
  return openCore(database, { ROLE: 'sidecar', ...environment });
}

/** Opens the gRPC surface over a core; `settings` override the defaults, and `address` is its listening address. */
export async function openSidecarSurface(
  core: TestCore,
  settings: Partial<GrpcConfig> = {},
): Promise<{ readonly address: string; readonly close: () => Promise<void> }> {
  const [port] = await freePorts(1);
  const address = `127.0.0.1:${port}`;
  const surface = await createSidecarSurface(core.context, {
    logger: core.logger,
    grpc: { ...core.settings.of(grpcConfig), ...settings },
    addresses: [address],
    certificates: null,
    tenantsOfServices: new Map(),
    reflection: false,
  });
  return { address, close: () => surface.close() };
}

async function openCore(database: Reach, environment: Environment): Promise<TestCore> {
  const settings = readSettings({
    NODE_ENV: 'test',
    LOG_LEVEL: 'silent',
    MASTER_KEY: 'master-key-of-the-tests-0123456789abcdef',
    CONTROL_PLANE_TOKEN: 'control-plane-token-of-the-tests',
    CORESDK_SERVICE_TOKEN: SERVICE_TOKEN,
    DATABASE_POOL_SIZE: '5',
    // Tests advance jobs themselves, or define their own tasks. A test that needs the product's workers enables them.
    JOBS_SYNC_SLOTS: '0',
    ...environment,
  });
  const logger = createLogger(settings.of(telemetryConfig).LOG_LEVEL, settings.role.ROLE);
  const store = { appUrl: database.appUrl };
  const context = await NestFactory.createApplicationContext(
    await coreOf({ settings, logger, store, certificates: null }),
    { logger: new NestLogger(logger), abortOnError: false },
  );
  if (isControlPlane(settings.role.ROLE)) await context.get(KeyRotationService).keepPlan();
  await context
    .get(MasterKeyProof)
    .establish()
    .catch(async (error: unknown) => {
      await context.close();
      throw error;
    });
  const feed = context.get(ChangeFeed);
  feed.start();
  await feed.catchUp();
  const close = async (): Promise<void> => {
    await feed.stop();
    await context.close();
  };
  return { context, feed, settings, logger, close };
}
