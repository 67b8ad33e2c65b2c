import { execFile, spawnSync } from 'node:child_process';
import { existsSync, renameSync, rmSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const VERSION = '0.2.1';
const SCRIPT = join(__dirname, 'python-client.py');
const INSTALL_MS = 300_000;

/** A call of the published Python client: the method and its arguments. */
export type PythonCall =
  | readonly ['authorize', token: string, action: string, resource: string]
  | readonly ['evaluate_policy', rule: string, input: object];

/** The result of a call, or the exception that it raised. */
export type PythonAnswer =
  | { readonly allowed: boolean; readonly reason: string; readonly claims: object | null }
  | boolean
  | { readonly raised: string };

/**
 * Returns the folder with the published Python client and its dependencies, which pip installs if needed; or the reason why it is missing.
 * The folder is kept between runs.
 */
export function installPythonPackage(): { readonly folder: string } | { readonly missing: string } {
  const pip = spawnSync('python3', ['-m', 'pip', '--version'], { encoding: 'utf8' });
  // The output ends with "(python 3.11)". Compiled dependencies fit only the version of Python that installed them.
  const [, python] = /\(python (\d+\.\d+)\)/.exec(pip.stdout) ?? [];
  if (pip.status !== 0 || python === undefined) return { missing: 'there is no Python with pip' };
  const folder = join(tmpdir(), `coresdk-python-${VERSION}-for-${python}-${userInfo().uid}`);
  if (existsSync(folder)) return { folder };
  const fresh = `${folder}.${process.pid}`;
  const options = ['--quiet', '--disable-pip-version-check', '--target', fresh];
  const { status, stderr } = spawnSync('python3', ['-m', 'pip', 'install', ...options, `coresdk==${VERSION}`], {
    timeout: INSTALL_MS,
    encoding: 'utf8',
  });
  if (status !== 0) {
    rmSync(fresh, { recursive: true, force: true });
    return { missing: `pip could not install coresdk ${VERSION}: ${stderr.trim().split('\n').at(-1) ?? ''}` };
  }
  try {
    renameSync(fresh, folder);
  } catch (fault) {
    // A concurrent run was faster.
    rmSync(fresh, { recursive: true, force: true });
    if (!existsSync(folder)) throw fault;
  }
  return { folder };
}

/** Makes sequential calls with the published Python client in a separate process. */
export async function callPython(
  folder: string,
  config: { readonly sidecar_addr: string; readonly tenant_id: string; readonly fail_mode: 'open' | 'closed' },
  calls: readonly PythonCall[],
): Promise<readonly PythonAnswer[]> {
  const { stdout } = await promisify(execFile)('python3', [SCRIPT, JSON.stringify({ config, calls })], {
    env: { PATH: process.env['PATH'] ?? '', PYTHONPATH: folder },
  });
  return JSON.parse(stdout) as readonly PythonAnswer[];
}
