import type { Server } from 'node:http';
import { createBackendSurface } from '../../src/roles/backend/backend.surface';
import type { ControlPlaneForwarder } from '../../src/roles/http/control-plane-forwarder';
import { holdToDocument } from './held-surfaces';
import type { TestCore } from './test-core';

/** A public REST surface in this process. */
export interface TestBackend {
  /** The URL without a path. */
  readonly url: string;
  readonly server: Server;
  readonly close: () => Promise<void>;
}

const NO_CONTROL_PLANE: ControlPlaneForwarder = () => {
  throw new Error('This surface does not forward requests to the control plane.');
};

/**
 * Opens the public REST surface over a core, listening on its own port.
 * @param controlPlane if omitted, OAuth is not available.
 * @param port 0: any free port.
 */
export async function openBackend(
  { context, logger }: TestCore,
  controlPlane: ControlPlaneForwarder = NO_CONTROL_PLANE,
  port = 0,
): Promise<TestBackend> {
  const surface = await createBackendSurface(context, { logger, controlPlane, trustedProxies: new Set() });
  await surface.app.listen(port, '127.0.0.1');
  const server: Server = surface.app.getHttpServer();
  const url = await surface.app.getUrl();
  holdToDocument(url, 'backend');
  return { url, server, close: () => surface.close() };
}
