import type { INestApplicationContext } from '@nestjs/common';
import { grpcConfig } from '../kernel/grpc/grpc.config';
import type { Certificates } from '../kernel/grpc/certificates';
import { tlsConfig, serviceTenantsWarning, tenantsOfServices } from '../kernel/grpc/tls.config';
import type { Readiness } from '../kernel/health/readiness';
import { listen, type RestSurface } from '../kernel/http/rest-surface';
import { splitAddress } from '../kernel/network/host';
import { trustedProxies } from '../kernel/http/callers/trusted-proxies';
import type { Logger } from '../kernel/telemetry/logger';
import { type ControlPlaneForwarder, localForwarder, remoteForwarder } from './http/control-plane-forwarder';
import type { CoreParts } from './kernel-of';
import { internalAddress } from './role.config';
import { policyConfig } from '../modules/policy/policy.config';
import type { RunningParts } from '../kernel/process/running-parts';
import type { Settings } from './settings';

/** Both loopback addresses, because a client can resolve `localhost` to either address. */
const DEFAULT_SIDECAR_ADDRESSES = ['127.0.0.1:50051', '[::1]:50051'] as const;

/** Loads and opens the surfaces of the role. The backend closes first, because its calls in flight still need the other surfaces. */
export async function startSurfaces(
  core: INestApplicationContext,
  { settings, certificates }: Pick<CoreParts, 'settings' | 'certificates'>,
  readiness: Readiness,
  logger: Logger,
  parts: RunningParts,
): Promise<void> {
  const { ROLE: role } = settings.role;
  if (role === 'all' || role === 'sidecar') await openSidecar(core, settings, certificates, logger, parts);
  let hop: ControlPlaneForwarder | null = null;
  if (role === 'all' || role === 'control-plane') {
    const controlPlane = await openControlPlane(core, settings, readiness, logger, parts);
    hop = localForwarder(controlPlane.listener);
  }
  if (role === 'all' || role === 'backend') {
    const { CONTROL_PLANE_URL } = settings.role;
    hop ??= remoteForwarder(CONTROL_PLANE_URL ?? '');
    await openBackend(core, settings, hop, logger, parts);
  }
}

async function openSidecar(
  core: INestApplicationContext,
  settings: Settings,
  certificates: Certificates | null,
  logger: Logger,
  parts: RunningParts,
): Promise<void> {
  const { CORESDK_SIDECAR_ADDR: address } = settings.of(grpcConfig);
  const warning = serviceTenantsWarning(settings.of(tlsConfig), settings.tlsFiles);
  if (warning !== null) logger.warn(warning);
  const { createSidecarSurface } = await import('./sidecar/sidecar.surface.js');
  const sidecar = await createSidecarSurface(core, {
    logger,
    grpc: settings.of(grpcConfig),
    addresses: address === null ? DEFAULT_SIDECAR_ADDRESSES : [address],
    certificates,
    tenantsOfServices: tenantsOfServices(settings.of(tlsConfig)),
    reflection: settings.role.NODE_ENV === 'development',
  });
  parts.onStop(() => sidecar.close());
  await openOpa(core, settings, logger, parts);
}

async function openOpa(
  core: INestApplicationContext,
  settings: Settings,
  logger: Logger,
  parts: RunningParts,
): Promise<void> {
  const { CORESDK_OPA_ADDR: address } = settings.of(policyConfig);
  if (address === null) return;
  const { createOpaSurface } = await import('./sidecar/opa.surface.js');
  const surface = await createOpaSurface(core, { logger, grpc: settings.of(grpcConfig) });
  const { host, port } = splitAddress(address);
  await listen(surface.app, port, host);
  parts.onStop(() => surface.close());
}

async function openControlPlane(
  core: INestApplicationContext,
  settings: Settings,
  readiness: Readiness,
  logger: Logger,
  parts: RunningParts,
): Promise<RestSurface> {
  const { CONTROL_PLANE_TOKEN, CONTROL_PLANE_PORT, TRUSTED_PROXIES } = settings.role;
  if (CONTROL_PLANE_TOKEN === null) throw new Error('The control plane has no service token.');
  const { createControlPlaneSurface } = await import('./control-plane/control-plane.surface.js');
  const surface = await createControlPlaneSurface(core, {
    readiness,
    logger,
    serviceToken: CONTROL_PLANE_TOKEN,
    trustedProxies: trustedProxies(TRUSTED_PROXIES),
  });
  await listen(surface.app, CONTROL_PLANE_PORT, internalAddress(settings.role));
  parts.onStop(() => surface.close());
  return surface;
}

async function openBackend(
  core: INestApplicationContext,
  settings: Settings,
  controlPlane: ControlPlaneForwarder,
  logger: Logger,
  parts: RunningParts,
): Promise<void> {
  const { createBackendSurface } = await import('./backend/backend.surface.js');
  const surface = await createBackendSurface(core, {
    logger,
    controlPlane,
    trustedProxies: trustedProxies(settings.role.TRUSTED_PROXIES),
  });
  await surface.app.listen(settings.role.PORT);
  parts.onStop(() => surface.close());
}
