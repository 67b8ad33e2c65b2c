import { existsSync } from 'node:fs';
import { loadEnvFile } from 'node:process';
import type { Environment } from './config-section';

/**
 * Returns the process environment, supplemented by the `.env` file in the working directory if it exists. Variables that are already set
 * take precedence. Only this function reads `process.env`.
 */
export function readEnvironment(file = '.env'): Environment {
  if (existsSync(file)) loadEnvFile(file);
  return { ...process.env };
}
