import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { builtPackage } from './built-package';

/** An application from docs/examples in a separate folder, with the built SDK in the location where `npm install` would put it. */
export class ExampleApp {
  private readonly children: ChildProcess[] = [];

  private constructor(
    private readonly folder: string,
    private readonly environment: Readonly<Record<string, string>>,
  ) {}

  /** @param environment the complete environment of its programs. */
  static async open(name: string, environment: Readonly<Record<string, string>>): Promise<ExampleApp> {
    const folder = await mkdtemp(path.join(tmpdir(), 'coresdk-example-'));
    await cp(path.resolve(__dirname, '../../docs/examples', name), folder, { recursive: true });
    await mkdir(path.join(folder, 'node_modules/@cpod'), { recursive: true });
    await symlink(builtPackage('sdk'), path.join(folder, 'node_modules/@cpod/sdk'));
    return new ExampleApp(folder, environment);
  }

  /** Runs a program to completion. @returns its output. Throws with the output if the program fails. */
  async run(program: string, more: Readonly<Record<string, string>>): Promise<string> {
    const child = this.start(program, more);
    const [code] = (await once(child.process, 'close')) as [number | null];
    if (code !== 0) throw new Error(`${program} ended with ${code}: ${child.output()}`);
    return child.output();
  }

  /** Starts a program that keeps running. Resolves when it has printed `word`. */
  async serve(program: string, more: Readonly<Record<string, string>>, word: string): Promise<void> {
    const { process: child, output } = this.start(program, more);
    await new Promise<void>((resolve, reject) => {
      child.stdout?.on('data', () => (output().includes(word) ? resolve() : undefined));
      child.on('close', () => reject(new Error(`${program} ended: ${output()}`)));
    });
  }

  async remove(): Promise<void> {
    for (const child of this.children) child.kill('SIGKILL');
    await rm(this.folder, { recursive: true, force: true });
  }

  private start(program: string, more: Readonly<Record<string, string>>) {
    const env = { ...this.environment, ...more };
    const child = spawn(process.execPath, ['--no-warnings', program], { cwd: this.folder, env, stdio: 'pipe' });
    this.children.push(child);
    let text = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (text += chunk.toString()));
    return { process: child, output: () => text };
  }
}
