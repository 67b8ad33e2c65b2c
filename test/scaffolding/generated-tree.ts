import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { root } from '../support/source-files';

/** What a checkout has that is worked with. */
const FOLDERS = ['src', 'migrations', 'policies', 'proto', 'scripts', 'test', 'rego', 'sdk'];
const BINARIES = path.join(root, 'node_modules/.bin');

/** What became of a command. */
export interface Outcome {
  readonly code: number;
  /** All that it wrote. */
  readonly text: string;
}

/** A copy of this checkout in which something is generated. Files are real copies: generators write in place. */
export class GeneratedTree {
  private constructor(readonly folder: string) {}

  static make(): GeneratedTree {
    const folder = mkdtempSync(path.join(tmpdir(), 'coresdk-generated-'));
    const files = readdirSync(root, { withFileTypes: true }).filter((entry) => entry.isFile() && entry.name !== '.git');
    for (const name of [...FOLDERS, ...files.map((file) => file.name)]) {
      cpSync(path.join(root, name), path.join(folder, name), { recursive: true });
    }
    // What is built is of the code before: threads, which nothing that is generated changes.
    for (const name of ['node_modules', 'dist']) symlinkSync(path.join(root, name), path.join(folder, name));
    return new GeneratedTree(folder);
  }

  /** Runs a program of node_modules there. */
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

  /** Files that are here and not in this checkout, or not the same, sorted. */
  changes(): { readonly created: readonly string[]; readonly edited: readonly string[] } {
    const before = new Map(filesOf(root).map((file) => [file, readFileSync(path.join(root, file), 'utf8')]));
    const after = filesOf(this.folder);
    return {
      created: after.filter((file) => !before.has(file)),
      edited: after.filter((file) => before.has(file) && before.get(file) !== this.read(file)),
    };
  }

  /** The lines that an edited file has gained. */
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
