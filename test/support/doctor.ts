import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { examineInstallation } from '../../src/roles/doctor/doctor';
import type { Finding } from '../../src/roles/doctor/finding';
import type { Report } from '../../src/roles/doctor/report';
import { COMPILE_CACHE } from './compile-cache';

const PROGRAM = path.resolve(__dirname, '../../dist/bundle/src/cli/main.js');

/** The result of a run of the command. */
export interface DoctorRun {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** Runs `coresdk doctor` with exactly this environment. */
export async function runDoctor(
  folder: string,
  environment: Readonly<Record<string, string>>,
  args: readonly string[] = [],
): Promise<DoctorRun> {
  const { PATH, HOME } = process.env;
  const child = spawn(process.execPath, [PROGRAM, 'doctor', ...args], {
    cwd: folder,
    env: { PATH, HOME, ...COMPILE_CACHE, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [out, err] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString('utf8')));
  child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString('utf8')));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, out, err };
}

/** A report, with a lookup of its findings. */
interface Told {
  readonly report: Report;
  readonly of: (group: string, subject: string) => Finding | undefined;
}

/** Runs the command with `--json`. */
export async function askDoctor(
  folder: string,
  environment: Readonly<Record<string, string>>,
): Promise<DoctorRun & Told> {
  const run = await runDoctor(folder, environment, ['--json']);
  if (run.err !== '' || run.out === '') throw new Error(`The doctor printed no report: ${run.err}`);
  return { ...run, ...told(JSON.parse(run.out) as Report) };
}

/** Runs the doctor in this process. Starting the command as a process once for each of the many faults would be slow. */
export async function examine(environment: Readonly<Record<string, string>>): Promise<Told & { readonly out: string }> {
  const report = await examineInstallation(environment);
  return { out: JSON.stringify(report), ...told(report) };
}

function told(report: Report): Told {
  const of = (group: string, subject: string): Finding | undefined =>
    report.groups.find(({ name }) => name === group)?.findings.find((finding) => finding.subject === subject);
  return { report, of };
}
