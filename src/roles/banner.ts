import { grpcConfig } from '../kernel/grpc/grpc.config';
import type { RunningRole } from './start-role';

/**
 * What a person wants to know when the program is up, and the secrets that are shown only now. Written to standard
 * output as it is: a secret never goes through the logger.
 */
export function banner({ settings, firstStart }: RunningRole): string {
  const { ROLE: role, PORT, CONTROL_PLANE_PORT, HEALTH_PORT } = settings.role;
  const all = role === 'all';
  const lines = [
    `CoreSDK Platform is ready (role ${role}).`,
    ...(all || role === 'backend' ? [`  Public backend    http://localhost:${PORT}`] : []),
    ...(all || role === 'control-plane' ? [`  Control plane     http://localhost:${CONTROL_PLANE_PORT}`] : []),
    ...(all || role === 'sidecar'
      ? [`  Sidecar (gRPC)    ${settings.of(grpcConfig).CORESDK_SIDECAR_ADDR ?? 'localhost:50051'}`]
      : []),
    `  Health, metrics   http://localhost:${HEALTH_PORT}/readyz`,
  ];
  const { bootstrapped, generated, controlPlaneToken } = firstStart;
  const { client, owner } = bootstrapped;
  const secrets = [
    ...(client ? [`  Admin client id       ${client.clientId}`] : []),
    ...(client && generated.clientSecret ? [`  Admin client secret   ${client.clientSecret}`] : []),
    ...(owner ? [`  Owner                 ${owner.email}`] : []),
    ...(owner && generated.ownerPassword ? [`  Owner's password      ${owner.password}`] : []),
    ...(controlPlaneToken === null ? [] : [`  Control plane token   ${controlPlaneToken}`]),
  ];
  if (secrets.length > 0) lines.push('', 'First start. Keep these, they are shown only once:', ...secrets);
  return `${lines.join('\n')}\n`;
}
