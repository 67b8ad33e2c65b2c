import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { copyCheckout } from '../support/copied-checkout.cjs';
import { root } from '../support/source-files';

/** The folders to which generators write. */
const FOLDERS = [
  'src',
  'migrations',
  'policies',
  'proto',
  'scripts',
  'test',
  'rego',
  'sdk',
  'sdk-python',
  'docs/reference',
];
const BINARIES = path.join(root, 'node_modules/.bin');

/** The result of a command. */
export interface Outcome {
  readonly code: number;
  /** The complete output. */
  readonly text: string;
}

/** A copy of this checkout in which generators run. Its files are real copies, because generators change files in place. */
export class GeneratedTree {
  private constructor(readonly folder: string) {}

  static make(): GeneratedTree {
    const folder = mkdtempSync(path.join(tmpdir(), 'coresdk-generated-'));
    copyCheckout(folder);
    return new GeneratedTree(folder);
  }

  /** Runs a program from node_modules, with the copy as the working directory. */
  run(program: string, args: readonly string[]): Promise<Outcome> {
    const env = { ...process.env, PATH: `${BINARIES}${path.delimiter}${process.env['PATH'] ?? ''}` };
    const options = { cwd: this.folder, env, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 } as const;
    return new Promise((resolve) => {
      execFile(path.join(BINARIES, program), args, options, (error, stdout, stderr) => {
        const code = error === null ? 0 : typeof error.code === 'number' ? error.code : 1;
        resolve({ code, text: stdout + stderr });
      });
    });
  }

  read(file: string): string {
    return readFileSync(path.join(this.folder, file), 'utf8');
  }

  /** Returns the files that this checkout lacks or that differ from it, sorted. */
  changes(): { readonly created: readonly string[]; readonly edited: readonly string[] } {
    const before = new Map(filesOf(root).map((file) => [file, readFileSync(path.join(root, file), 'utf8')]));
    const after = filesOf(this.folder);
    return {
      created: after.filter((file) => !before.has(file)),
      edited: after.filter((file) => before.has(file) && before.get(file) !== this.read(file)),
    };
  }

  /** Returns the lines added to an edited file. */
  gained(file: string): readonly string[] {
    const before = new Map<string, number>();
    for (const line of readFileSync(path.join(root, file), 'utf8').split('\n')) {
      before.set(line, (before.get(line) ?? 0) + 1);
    }
    return this.read(file)
      .split('\n')
      .filter((line) => {
        const count = before.get(line) ?? 0;
        before.set(line, count - 1);
        return count <= 0;
      });
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

function filesOf(folder: string): readonly string[] {
  return FOLDERS.flatMap((name) =>
    readdirSync(path.join(folder, name), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name))),
  ).sort();
}
