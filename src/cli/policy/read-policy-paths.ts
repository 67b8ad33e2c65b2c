import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { isJsonObject, type JsonObject, mergeAt } from '@coresdk/rego/bundle';
import type { PolicySource } from '@coresdk/rego/node';
import { PolicyFolderError, readPolicyFolder } from '../../modules/policy/bundle/read-policy-folder';
import { DataError, parseJsonText, parseYamlText } from '../../modules/policy/domain/data-values';
import { CommandFault } from '../command';
import { findingsText, folderFault } from './findings';

export interface PolicyPaths {
  /** Modules and their tests, each with a path relative to the path that the user entered. */
  readonly sources: readonly PolicySource[];
  readonly data: JsonObject;
}

/**
 * Reads the paths that a user enters: folders in bundle format, `.rego` files, and `.json` or `.yaml` files with top-level data. Errors:
 * `CommandFault` with every fault in a folder.
 */
export async function readPolicyPaths(paths: readonly string[]): Promise<PolicyPaths> {
  const sources = new Map<string, PolicySource>();
  const data: JsonObject = {};
  for (const given of paths) {
    const read = (await isFolder(given)) ? await readFolder(given) : await readSingle(given);
    for (const source of read.sources) sources.set(path.resolve(source.path), source);
    const conflict = mergeAt(data, [], read.data);
    if (conflict) throw new CommandFault(`${given} has data at /${conflict.join('/')}, and so does an earlier path.`);
  }
  return { sources: [...sources.values()], data };
}

async function isFolder(given: string): Promise<boolean> {
  try {
    return (await stat(given)).isDirectory();
  } catch {
    throw new CommandFault(`There is no file or folder ${given}.`);
  }
}

async function readFolder(folder: string): Promise<PolicyPaths> {
  try {
    const { sources, tests, data } = await readPolicyFolder(folder, { tests: true });
    const named = [...sources, ...tests].map(({ path: file, text }) => ({ path: path.join(folder, file), text }));
    return { sources: named, data: { ...data } };
  } catch (error) {
    if (error instanceof PolicyFolderError) throw folderFault(error, (file) => path.join(folder, file));
    throw error;
  }
}

async function readSingle(file: string): Promise<PolicyPaths> {
  const text = await readFile(file, 'utf8');
  if (file.endsWith('.rego')) return { sources: [{ path: file, text }], data: {} };
  if (!/\.(json|ya?ml)$/.test(file)) throw new CommandFault(`${file} is not a .rego, .json or .yaml file.`);
  try {
    const value = file.endsWith('.json') ? parseJsonText(text) : parseYamlText(text);
    if (isJsonObject(value)) return { sources: [], data: value };
  } catch (error) {
    if (!(error instanceof DataError)) throw error;
    const { row = null, col = null } = error.place;
    throw new CommandFault(findingsText([{ file, row, col, code: 'data_invalid', message: error.message }], String));
  }
  throw new CommandFault(`${file} must contain an object.`);
}
