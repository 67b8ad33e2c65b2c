import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { type CommandCallers, openCommandCallers } from './command-callers';

/** Services and commands for tests of configurations, and folders for their files. */
export interface ConfigurationWorld extends CommandCallers {
  /** The options of a platform administrator: the addresses of both surfaces and the service token. */
  readonly platform: readonly string[];
  /** Creates a folder with files. @param files the text of each file by its path. */
  readonly folderWith: (files: Readonly<Record<string, string>>) => string;
  /** Calls the control plane as the installation itself. @returns the JSON of the response; `null` if it has none. */
  readonly admin: <T = unknown>(method: string, path: string, json?: unknown) => Promise<T>;
  readonly close: () => Promise<void>;
}

export async function openConfigurationWorld(): Promise<ConfigurationWorld> {
  const callers = await openCommandCallers();
  const { service, world } = callers;
  const folders: string[] = [];
  const [, url = '', ...key] = service;
  return {
    ...callers,
    platform: ['--control-plane-url', url, '--url', world.surface.url, ...key],
    folderWith: (files) => {
      const folder = mkdtempSync(join(tmpdir(), 'configuration-'));
      folders.push(folder);
      writeFiles(folder, files);
      return folder;
    },
    admin: async (method, path, json) => {
      const headers = {
        authorization: `Bearer ${world.controlPlane.serviceToken}`,
        'content-type': 'application/json',
      };
      const body = json === undefined ? null : JSON.stringify(json);
      const answer = await fetch(`${url}${path}`, { method, headers, body });
      const text = await answer.text();
      if (!answer.ok) throw new Error(`${method} ${path} returned ${answer.status}: ${text}`);
      return (text === '' ? null : JSON.parse(text)) as never;
    },
    close: async () => {
      await world.close();
      for (const folder of folders) rmSync(folder, { recursive: true });
    },
  };
}

/** Writes files below a folder. @param files the text of each file by its path. */
export function writeFiles(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
}

/** Returns the text of every file under a folder, by path. */
export function filesIn(folder: string): Readonly<Record<string, string>> {
  const names = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = names.map(({ parentPath, name }) => join(parentPath, name)).sort();
  return Object.fromEntries(paths.map((path) => [relative(folder, path), readFileSync(path, 'utf8')]));
}
