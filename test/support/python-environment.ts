import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';

const ROOT = path.resolve(__dirname, '../..');
const SOURCE = path.join(ROOT, 'sdk-python');
const INSTALL_MS = 600_000;

/** The packages of the tests, and of the frameworks that the SDK supports. */
const PACKAGES = [
  'build==1.6.1',
  'pytest==9.2.0',
  'fastapi==0.165.0',
  'uvicorn==0.55.0',
  'flask==3.1.3',
  'django==5.2.19',
];

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
 * Returns the folder of a virtual environment with the wheel of the Python SDK, which this function builds. Keeps the environment in
 * `node_modules/.cache` until pyproject.toml changes, and always installs the current wheel.
 * Errors: an error with the output of the command that failed. Without `python3-venv`, the output names the package to install.
 */
export function pythonEnvironment(): string {
  const key = createHash('sha256')
    .update(readFileSync(path.join(SOURCE, 'pyproject.toml')))
    .update(PACKAGES.join());
  const folder = path.join(ROOT, 'node_modules/.cache', `python-${key.digest('hex').slice(0, 12)}`);
  const python = path.join(folder, 'bin/python');
  if (!existsSync(path.join(folder, 'complete'))) {
    rmSync(folder, { recursive: true, force: true });
    run('python3', ['-m', 'venv', folder]);
    run(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...PACKAGES]);
    // Creates the marker with the interpreter, so that an interrupted installation starts over.
    run(python, ['-c', `open(${JSON.stringify(path.join(folder, 'incomplete'))}, "w").close()`]);
    renameSync(path.join(folder, 'incomplete'), path.join(folder, 'complete'));
  }
  const wheels = path.join(folder, 'wheels');
  rmSync(wheels, { recursive: true, force: true });
  run(python, ['-m', 'build', '--wheel', '--outdir', wheels, SOURCE]);
  const wheel = readdirSync(wheels).find((name) => name.endsWith('.whl'));
  if (wheel === undefined) throw new Error('The build did not create a wheel.');
  const options = ['--quiet', '--disable-pip-version-check', '--force-reinstall', '--no-deps'];
  const file = path.join(wheels, wheel);
  run(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', file]);
  run(python, ['-m', 'pip', 'install', ...options, file]);
  return folder;
}

function run(program: string, parameters: readonly string[]): void {
  const { status, error, stdout, stderr } = spawnSync(program, [...parameters], {
    timeout: INSTALL_MS,
    encoding: 'utf8',
  });
  // Without python3-venv, venv writes to its standard output what to install.
  if (status !== 0)
    throw new Error(`${program} ${parameters.join(' ')}: ${error?.message ?? ''}\n${stdout}\n${stderr}`);
}
