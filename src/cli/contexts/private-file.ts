import { randomBytes } from 'node:crypto';
import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import type { Environment } from '../../kernel/config/config-section';
import { shellQuoted } from '../../kernel/process/shell-quoted';
import { CommandFault } from '../command';

const OTHERS = 0o077;

/**
 * Returns the folder of the command line's own files: `coresdk` in `XDG_CONFIG_HOME`, or in `~/.config` if the variable is not an absolute
 * path (XDG Base Directory Specification).
 */
export function configFolder(environment: Environment): string {
  const base = environment['XDG_CONFIG_HOME'] ?? '';
  return path.join(path.isAbsolute(base) ? base : path.join(homedir(), '.config'), 'coresdk');
}

/** Reads a file that only its owner can read; `null` if it does not exist. Errors: `CommandFault` if others can access it or its folder. */
export function readPrivate(file: string): string | null {
  assertPrivate(path.dirname(file), '700');
  assertPrivate(file, '600');
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (isMissing(error)) return null;
    throw new CommandFault(`${file} cannot be read: ${messageOf(error)}`);
  }
}

/**
 * Writes a file with mode 0600, in a folder with mode 0700. Other processes see the old or the new content, never a part of it. Errors:
 * `CommandFault` if it cannot be written, or if others can access the folder.
 */
export function writePrivate(file: string, content: string): void {
  const folder = path.dirname(file);
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    assertPrivate(folder, '700');
    replace(file, content);
  } catch (error) {
    if (CommandFault.is(error)) throw error;
    throw new CommandFault(`${file} cannot be written: ${messageOf(error)}`);
  }
}

/** Writes a new file beside the old one, and renames it. */
function replace(file: string, content: string): void {
  const draft = `${file}.${randomBytes(6).toString('hex')}`;
  const descriptor = openSync(draft, 'wx', 0o600);
  try {
    writeSync(descriptor, content);
    fsyncSync(descriptor);
    renameSync(draft, file);
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  } finally {
    closeSync(descriptor);
  }
}

/** Checks the mode of a file or folder that exists. Windows has no such modes. */
function assertPrivate(target: string, mode: '600' | '700'): void {
  const found = process.platform === 'win32' ? undefined : statSync(target, { throwIfNoEntry: false });
  if (found === undefined || (found.mode & OTHERS) === 0) return;
  throw new CommandFault(`Other users can access ${target}. Run: chmod ${mode} ${shellQuoted(target)}`);
}

function isMissing(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ENOENT';
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
