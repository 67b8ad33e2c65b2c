import { writeSync } from 'node:fs';
import { ConfigError, type Environment } from '../kernel/config/config-section';
import { SchemaTooOldError } from '../kernel/database/baselines';
import { EmbeddedPostgresError } from '../kernel/database/embedded/embedded-postgres.error';
import { grpcConfig } from '../kernel/grpc/grpc.config';
import { maskLogText } from '../modules/masking/log-mask';
import { firstProcessFault } from '../kernel/process/process-faults';
import { type RunningRole, startRole } from './start-role';

/** npm and the terminal both deliver the same Ctrl-C. Only a later signal requests an immediate exit. */
const SAME_SIGNAL_MS = 1_000;

/**
 * Starts the role, prints the banner and serves until SIGTERM, SIGINT or an uncaught fault. Then finishes the work in flight and
 * stops. A second signal ends the process immediately.
 */
export async function runUntilSignal(environment: Environment): Promise<void> {
  const signal = firstSignal();
  try {
    const role = await startRole(environment);
    print(1, banner(role));
    await Promise.race([signal, firstProcessFault(role.logger)]);
    await role.stop();
  } catch (error) {
    print(2, `${maskLogText(wordsFor(error))}\n`);
    process.exitCode = 1;
  }
}

function firstSignal(): Promise<void> {
  return new Promise((resolve) => {
    let firstAt: number | null = null;
    const onSignal = (): void => {
      const now = performance.now();
      if (firstAt !== null && now - firstAt > SAME_SIGNAL_MS) process.exit(130);
      firstAt ??= now;
      resolve();
    };
    process.on('SIGTERM', onSignal);
    process.on('SIGINT', onSignal);
  });
}

/** Returns only the message of an error that an operator can act on, and the stack of any other error. */
function wordsFor(error: unknown): string {
  const isForOperators = [ConfigError, EmbeddedPostgresError, SchemaTooOldError].some((kind) => error instanceof kind);
  if (error instanceof Error && isForOperators) return error.message;
  if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') {
    return `${error.message}. Another program uses this port; stop it, or set PORT, CONTROL_PLANE_PORT, HEALTH_PORT or CORESDK_SIDECAR_ADDR.`;
  }
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

/** Writes synchronously, so that the text is written before the process ends. */
function print(fileDescriptor: 1 | 2, text: string): void {
  writeSync(fileDescriptor, text);
}

/**
 * Returns the addresses of the started program, and the secrets that are shown only once. The text is written directly to standard output,
 * because secrets never go through the logger.
 */
function banner({ settings, firstStart }: RunningRole): string {
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
