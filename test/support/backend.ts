import type { Server } from 'node:http';
import { createBackendSurface } from '../../src/roles/backend/backend.surface';
import type { TestCore } from './test-core';

/** A public REST surface in this process. */
export interface TestBackend {
  /** Without a path. */
  readonly url: string;
  readonly server: Server;
  readonly close: () => Promise<void>;
}

/** The public REST surface over a core, listening on a port of its own. OAuth is not to be had there. */
export async function openBackend({ context, logger }: TestCore): Promise<TestBackend> {
  const surface = await createBackendSurface(context, {
    logger,
    controlPlane: () => {
      throw new Error('Nothing here is for the control plane.');
    },
    trustedProxies: new Set(),
  });
  await surface.app.listen(0, '127.0.0.1');
  const server: Server = surface.app.getHttpServer();
  return { url: await surface.app.getUrl(), server, close: () => surface.close() };
}
