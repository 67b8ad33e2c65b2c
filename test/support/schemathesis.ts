import { execFile, execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { root } from './source-files';

const VERSION = '4.32.5';
const CACHE = join(root, 'node_modules/.cache');
const CONFIG = join(root, 'test/support/schemathesis.toml');
const INSTALL_MS = 300_000;
const MAX_OUTPUT_BYTES = 64 * 1024 * 1024;

/** The failure of a check (described by, for example, `st explain ST201`) and the affected operations. */
export interface Failure {
  readonly code: string;
  readonly title: string;
  readonly operations: readonly string[];
}

/** The result of a run. */
export interface Report {
  /** `server_unavailable` if the API stopped responding, so that its other operations were not called. */
  readonly stop_reason: 'completed' | 'max_time' | 'server_unavailable';
  readonly operations: { readonly tested: number };
  readonly test_cases: { readonly generated: number };
  readonly failures: readonly Failure[];
}

/**
 * Runs Schemathesis, a public API tester, against every operation of a document for a duration. Installs it on the first call, which throws
 * if there is no Python with venv and pip.
 */
export async function runSchemathesis(
  document: string,
  token: string,
  seconds: number,
  folder: string,
): Promise<Report> {
  const python = join(installed(), 'bin/python');
  const file = join(folder, 'schemathesis.json');
  const program = ['-m', 'schemathesis.cli', '--config-file', CONFIG];
  const options = ['--max-time', String(seconds), '--report', 'json', '--report-json-path', file, '--no-color'];
  const args = [...program, 'run', document, '-H', `Authorization: Bearer ${token}`, ...options];
  // Removes the report of the previous run.
  rmSync(file, { force: true });
  const run = promisify(execFile)(python, args, { cwd: folder, maxBuffer: MAX_OUTPUT_BYTES });
  // Schemathesis exits with 1 if there are failures, which are in the report.
  const { stdout } = await run.catch((fault: unknown) => fault as { readonly stdout: string });
  if (!existsSync(file)) throw new Error(`Schemathesis ended without a report:\n${stdout}`);
  return JSON.parse(readFileSync(file, 'utf8')) as Report;
}

function installed(): string {
  const folder = join(CACHE, `schemathesis-${VERSION}`);
  if (existsSync(folder)) return folder;
  const fresh = `${folder}.${process.pid}`;
  mkdirSync(CACHE, { recursive: true });
  try {
    execFileSync('python3', ['-m', 'venv', fresh], { stdio: 'pipe', timeout: INSTALL_MS });
    const install = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', `schemathesis==${VERSION}`];
    execFileSync(join(fresh, 'bin/python'), install, { stdio: 'pipe', timeout: INSTALL_MS });
    renameSync(fresh, folder);
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
  return folder;
}
