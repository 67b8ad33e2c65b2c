import 'reflect-metadata';
import { readEnvironment } from './kernel/config/environment';
import { requireNode } from './kernel/config/require-node';
import { startTracing } from './kernel/telemetry/tracing';

async function main(): Promise<void> {
  requireNode();
  const environment = readEnvironment();
  const stopTracing = startTracing(environment, `coresdk-${environment['ROLE'] ?? 'all'}`);
  // Loaded after tracing, which hooks modules as they are loaded.
  const { runUntilSignal } = await import('./roles/run.js');
  await runUntilSignal(environment);
  await stopTracing();
}

void main();
