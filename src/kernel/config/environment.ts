import { existsSync } from 'node:fs';
import { loadEnvFile } from 'node:process';
import type { Environment } from './config-section';

/**
 * The process environment, completed by the file `.env` of the working directory where there is one (what is set
 * already wins). The only place that reads `process.env`.
 */
export function readEnvironment(file = '.env'): Environment {
  if (existsSync(file)) loadEnvFile(file);
  return { ...process.env };
}
