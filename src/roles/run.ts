import { writeSync } from 'node:fs';
import { ConfigError, type Environment } from '../kernel/config/config-section';
import { SchemaTooOldError } from '../kernel/database/baselines';
import { EmbeddedPostgresError } from '../kernel/database/embedded/embedded-postgres.error';
import { maskLogText } from '../modules/masking/log-mask';
import { firstProcessFault } from '../kernel/process/process-faults';
import { banner } from './banner';
import { startRole } from './start-role';

/** npm and the terminal both deliver the same Ctrl-C. Only a later signal requests an immediate exit. A person takes longer to press it twice. */
const SAME_SIGNAL_MS = 500;

/**
 * Starts the role, prints the banner and serves until SIGTERM, SIGINT or an uncaught fault. Then finishes the work in flight and
 * stops. A second signal ends the process immediately.
 */
export async function runUntilSignal(environment: Environment): Promise<void> {
  const stopRequested = firstSignal();
  try {
    const role = await startRole(environment, { print: printLine, stopRequested });
    print(1, banner(role));
    await Promise.race([stopRequested, firstProcessFault(role.logger)]);
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

/** Prints a line about the process. If nobody reads the output any more, the process still starts and stops in order. */
function printLine(line: string): void {
  try {
    print(1, `${maskLogText(line)}\n`);
  } catch {
    // There is no other place for the line.
  }
}

/** Writes synchronously, so that the text is written before the process ends. */
function print(fileDescriptor: 1 | 2, text: string): void {
  writeSync(fileDescriptor, text);
}
