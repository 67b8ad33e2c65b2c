import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const ROOT = path.resolve(__dirname, '../..');
/** The folder of the Python SDK. */
export const PYTHON_SDK = path.join(ROOT, 'sdk-python');
const INSTALL_MS = 600_000;

/** The packages of the tests, and of the frameworks that the SDK supports. */
const PACKAGES = ['pytest==9.2.0', 'fastapi==0.165.0', 'uvicorn==0.55.0', 'flask==3.1.3', 'django==5.2.19'];

/**
 * Returns true if this machine has Python 3.10 or later and can create virtual environments. Throws instead of returning false if `CI` is
 * set.
 */
export function hasPython(): boolean {
  const check = 'import ensurepip, venv, sys; sys.exit(sys.version_info < (3, 10))';
  const isUsable = spawnSync('python3', ['-c', check]).status === 0;
  if (!isUsable && process.env['CI'] !== undefined) {
    throw new Error('The tests of the Python SDK need Python 3.10 or later with venv (python3-venv).');
  }
  return isUsable;
}

/**
 * Returns the folder of a virtual environment with the wheel of the Python SDK, which this function builds. Keeps the environment until
 * pyproject.toml changes, and always installs the current wheel.
 * Errors: an error with the output of the command that failed. Without `python3-venv`, the output names the package to install.
 */
export function pythonEnvironment(): string {
  const parts = [readFileSync(path.join(PYTHON_SDK, 'pyproject.toml'), 'utf8'), PACKAGES.join()];
  const folder = cachedFolder('python', parts, (created) => {
    run('python3', ['-m', 'venv', created]);
    pip(path.join(created, 'bin/python'), ['install', ...PACKAGES, PYTHON_SDK]);
  });
  installWheel(folder);
  return folder;
}

/**
 * Returns a folder in `node_modules/.cache` that `create` has filled. Calls it again only when one of the parts has changed, or if it did
 * not complete.
 */
export function cachedFolder(name: string, parts: readonly string[], create: (folder: string) => void): string {
  const key = createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 12);
  const folder = path.join(ROOT, 'node_modules/.cache', `${name}-${key}`);
  const complete = path.join(folder, 'complete');
  if (!existsSync(complete)) {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    create(folder);
    writeFileSync(complete, '');
  }
  return folder;
}

/** Builds the wheel of the Python SDK and installs it in a virtual environment that has its dependencies. */
export function installWheel(environment: string): void {
  const python = path.join(environment, 'bin/python');
  const wheels = path.join(environment, 'wheels');
  rmSync(wheels, { recursive: true, force: true });
  pip(python, ['wheel', '--no-deps', '--wheel-dir', wheels, PYTHON_SDK]);
  const [wheel] = readdirSync(wheels);
  if (wheel === undefined) throw new Error('The build did not create a wheel.');
  pip(python, ['install', '--force-reinstall', '--no-deps', path.join(wheels, wheel)]);
}

function pip(python: string, parameters: readonly string[]): void {
  run(python, ['-m', 'pip', '--quiet', '--disable-pip-version-check', ...parameters]);
}

/** Runs a program to completion. Throws with its output if it fails. */
export function run(program: string, parameters: readonly string[], cwd = ROOT): void {
  const { status, error, stdout, stderr } = spawnSync(program, [...parameters], {
    cwd,
    timeout: INSTALL_MS,
    encoding: 'utf8',
  });
  // Without python3-venv, venv writes to its standard output what to install.
  if (status !== 0)
    throw new Error(`${program} ${parameters.join(' ')}: ${error?.message ?? ''}\n${stdout}\n${stderr}`);
}
