import { Readiness } from '../../src/kernel/health/readiness';
import type { RestSurface } from '../../src/kernel/http/rest-surface';
import { createControlPlaneSurface } from '../../src/roles/control-plane/control-plane.surface';
import { holdToDocument } from './held-surfaces';
import type { TestCore } from './test-core';

/** Opens the control plane's REST surface over a core, listening on its own port. @param port 0: any free port. */
export async function openControlPlane(
  { context, settings, logger }: TestCore,
  port = 0,
): Promise<{
  readonly url: string;
  readonly serviceToken: string;
  /** Its request listener, for a backend in the same process. */
  readonly listener: RestSurface['listener'];
  readonly close: () => Promise<void>;
}> {
  const serviceToken = settings.role.CONTROL_PLANE_TOKEN;
  if (serviceToken === null) throw new Error('The test core has no service token.');
  const surface = await createControlPlaneSurface(context, {
    readiness: new Readiness(),
    logger,
    serviceToken,
    trustedProxies: new Set(),
  });
  await surface.app.listen(port, '127.0.0.1');
  const url = await surface.app.getUrl();
  holdToDocument(url, 'control-plane');
  return {
    url,
    serviceToken: serviceToken.reveal(),
    listener: surface.listener,
    close: () => surface.close(),
  };
}
