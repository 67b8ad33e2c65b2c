import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import type { Finding } from '../../src/roles/doctor/finding';
import type { Report } from '../../src/roles/doctor/report';
import { COMPILE_CACHE } from './compile-cache';

const PROGRAM = path.resolve(__dirname, '../../dist/src/cli/main.js');

/** How a run of the command ended. */
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

/** The same with `--json`: its report, and a way to its findings. */
export async function askDoctor(
  folder: string,
  environment: Readonly<Record<string, string>>,
): Promise<
  DoctorRun & { readonly report: Report; readonly of: (group: string, subject: string) => Finding | undefined }
> {
  const run = await runDoctor(folder, environment, ['--json']);
  if (run.err !== '' || run.out === '') throw new Error(`The doctor gave no report: ${run.err}`);
  const report = JSON.parse(run.out) as Report;
  const of = (group: string, subject: string): Finding | undefined =>
    report.groups.find(({ name }) => name === group)?.findings.find((finding) => finding.subject === subject);
  return { ...run, report, of };
}
