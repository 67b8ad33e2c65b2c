import { spawn, type ChildProcess } from 'node:child_process';
import { cpSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { freePorts } from './free-ports';
import { cachedFolder, installWheel, PYTHON_SDK, run } from './python-environment';

const EXAMPLES = path.resolve(__dirname, '../../docs/examples');

/** Files that remain in an example's folder after someone followed its README. */
const LEFT_BEHIND = /^(\.venv|__pycache__|.*\.egg-info)$/;

/** A Python project from docs/examples, installed and started with the commands of its README. */
export class PythonExample {
  private child: ChildProcess | null = null;
  private output = '';

  private constructor(
    private readonly folder: string,
    private readonly startCommand: string,
    private readonly port: number,
  ) {}

  /**
   * Installs the project in a copy of its folder, which is kept until one of its files changes, and the current wheel of the SDK.
   * Errors: an error with the output of the command that failed.
   */
  static async install(name: string): Promise<PythonExample> {
    const source = path.join(EXAMPLES, name);
    const [installCommands = '', startCommand = ''] = shellBlocks(path.join(source, 'README.md'));
    const sources = sourceFiles(source).map((file) => readFileSync(path.join(source, file), 'utf8'));
    const parts = [readFileSync(path.join(PYTHON_SDK, 'pyproject.toml'), 'utf8'), ...sources];
    const folder = cachedFolder(`python-example-${name}`, parts, (created) => {
      for (const file of sourceFiles(source)) cpSync(path.join(source, file), path.join(created, file));
      const script = installCommands.replace('../../../sdk-python', PYTHON_SDK);
      run('bash', ['-euo', 'pipefail', '-c', script], created);
    });
    installWheel(path.join(folder, '.venv'));
    const [port = 0] = await freePorts(1);
    return new PythonExample(folder, startCommand, port);
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Starts the project. @param variables the variables that its README mentions. */
  start(variables: Readonly<Record<string, string>>): void {
    const script = `. .venv/bin/activate\n${this.startCommand.replace('3000', String(this.port))}`;
    const env = { PATH: process.env['PATH'] ?? '', PYTHONDONTWRITEBYTECODE: '1', ...variables };
    // A process group of its own, because Django's server starts a second process.
    this.child = spawn('bash', ['-euo', 'pipefail', '-c', script], { cwd: this.folder, env, detached: true });
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream?.on('data', (text: Buffer) => (this.output += text.toString()));
    }
  }

  /** Sends a request. Throws with the output of the project if it has ended. */
  async call(target: string, token?: string, method = 'GET'): Promise<{ status: number; body: unknown }> {
    const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
    const answer = await fetch(this.url + target, { method, headers }).catch((cause: unknown) => {
      throw new Error(`The example does not respond: ${this.output}`, { cause });
    });
    return { status: answer.status, body: await answer.json() };
  }

  stop(): void {
    if (this.child?.pid !== undefined) process.kill(-this.child.pid, 'SIGKILL');
  }
}

/** Returns the commands in a README, block by block. */
function shellBlocks(readme: string): readonly string[] {
  return [...readFileSync(readme, 'utf8').matchAll(/```sh\n([\s\S]*?)```/g)].map(([, block = '']) => block);
}

/** Returns the paths of the files in a folder, without those that an installation creates. */
function sourceFiles(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => path.relative(folder, path.join(parentPath, name)))
    .filter((file) => !file.split(path.sep).some((part) => LEFT_BEHIND.test(part)))
    .sort();
}
