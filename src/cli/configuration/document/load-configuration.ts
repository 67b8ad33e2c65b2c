import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import type { z } from 'zod';
import { schemaMessage } from '../../../kernel/errors/schema-messages';
import { CommandFault } from '../../command';
import { KINDS } from '../kinds/kinds';
import type { Kind, Members } from '../kinds/kind';
import { picked } from '../kinds/rest-kinds';
import { TENANTS, tenantKind, tenantMembers } from '../kinds/tenant-kind';
import { type Fault, type Place, pointerOf, refuse } from './fault';
import { configurationFile, type ConfigurationFile, type Credentials } from './schema';
import { readYaml, type YamlFile } from './yaml-file';

const MAX_FILE_BYTES = 16 * 1024 * 1024;
const YAML_FILE = /\.(ya?ml|json)$/;

type Path = readonly (string | number)[];

/** An object as the configuration describes it. */
export interface DesiredObject {
  readonly tenant: string;
  readonly kind: Kind;
  readonly key: string;
  /** Only the members that the file sets, with what they refer to loaded. */
  readonly members: Members;
  readonly pointer: string;
  /** Returns the place of a member of the object. */
  readonly placeOf: (path: Path) => Place;
}

/** A configuration from one file or a folder. */
export interface Configuration {
  readonly name: string;
  readonly objects: readonly DesiredObject[];
  /** The slugs of the tenants that the configuration mentions. */
  readonly tenants: readonly string[];
  readonly credentials: ReadonlyMap<string, Credentials>;
}

/**
 * Loads a configuration file, or all `.yaml`, `.yml` and `.json` files directly in a folder. Errors: `CommandFault` with the file, line,
 * column and pointer of each fault.
 */
export async function loadConfiguration(given: string): Promise<Configuration> {
  const files = await Promise.all((await filesAt(given)).map(readFileAt));
  refuse(files.flatMap(({ faults }) => faults));
  const parsed = files.map((file) => ({ file, ...parseFile(file) }));
  refuse(parsed.flatMap(({ faults }) => faults));
  const [first] = parsed;
  if (!first?.content) throw new CommandFault(`${given} contains no configuration file.`);
  const { name } = first.content;
  refuse(parsed.flatMap(({ file, content }) => (content?.name === name ? [] : [otherName(file, name)])));
  const objects = parsed.flatMap(({ file, content }) => (content === null ? [] : objectsOf(file, content)));
  refuse(duplicatesIn(objects));
  return {
    name,
    objects: await loadedObjects(objects),
    tenants: [...new Set(parsed.flatMap(({ content }) => Object.keys(content?.tenants ?? {})))].sort(),
    credentials: new Map(parsed.flatMap(({ content }) => credentialsIn(content))),
  };
}

async function filesAt(given: string): Promise<readonly string[]> {
  const found = await stat(given).catch(() => null);
  if (found === null) throw new CommandFault(`${given} does not exist.`);
  if (!found.isDirectory()) return [given];
  const names = (await readdir(given)).filter((name) => YAML_FILE.test(name)).sort();
  if (names.length === 0) throw new CommandFault(`${given} contains no .yaml file.`);
  return names.map((name) => path.join(given, name));
}

async function readFileAt(file: string): Promise<YamlFile> {
  const { size } = await stat(file);
  if (size > MAX_FILE_BYTES) throw new CommandFault(`${file} has more than ${MAX_FILE_BYTES} bytes.`);
  return readYaml(file, await readFile(file, 'utf8'));
}

interface ParsedFile {
  readonly content: ConfigurationFile | null;
  readonly faults: readonly Fault[];
}

function parseFile(file: YamlFile): ParsedFile {
  const parsed = configurationFile.safeParse(file.value, { error: schemaMessage });
  if (parsed.success) return { content: parsed.data, faults: [] };
  return { content: null, faults: parsed.error.issues.flatMap((issue) => faultsOf(file, issue)) };
}

/** Returns the faults of one issue: each unknown member has its own place. */
function faultsOf(file: YamlFile, issue: z.core.$ZodIssue): readonly Fault[] {
  const members = issue.path.map((part) => (typeof part === 'number' ? part : String(part)));
  const paths = issue.code === 'unrecognized_keys' ? issue.keys.map((key) => [...members, key]) : [members];
  const message = issue.code === 'unrecognized_keys' ? 'is not a member of this object' : issue.message;
  return paths.map((at) => ({ place: file.placeOf(at), pointer: pointerOf(at), message }));
}

function otherName(file: YamlFile, name: string): Fault {
  const message = `must be "${name}", as in the other files of the folder`;
  return { place: file.placeOf(['name']), pointer: '/name', message };
}

/** An object before what it refers to is loaded. */
type PlainObject = DesiredObject & { readonly folder: string };

function objectsOf(file: YamlFile, content: ConfigurationFile): readonly PlainObject[] {
  const folder = path.dirname(file.path);
  const objectAt = (tenant: string, kind: Kind, key: string, at: Path, members: Members): PlainObject => {
    const placeOf = (below: Path): Place => file.placeOf([...at, ...below]);
    return { tenant, kind, key, members: asGiven(file.value, at, members), pointer: pointerOf(at), placeOf, folder };
  };
  return Object.entries(content.tenants).flatMap(([tenant, section]) => {
    const at = [TENANTS, tenant];
    const own = asGiven(file.value, at, picked(section, Object.keys(tenantMembers.shape)));
    const objects = KINDS.flatMap((kind) => {
      const objects = (section as Members)[kind.section] as Members | undefined;
      if (objects === undefined) return [];
      const path = [...at, kind.section];
      if (kind.isSingle === true) return [objectAt(tenant, kind, kind.section, path, objects)];
      return Object.entries(objects).map(([key, members]) =>
        objectAt(tenant, kind, key, [...path, key], members as Members),
      );
    });
    return Object.keys(own).length === 0 ? objects : [objectAt(tenant, tenantKind, tenant, at, own), ...objects];
  });
}

/** Returns the members that the file itself sets: the schema adds defaults, which belong to the platform. */
function asGiven(value: unknown, path: Path, members: Members): Members {
  const given = path.reduce<unknown>((at, part) => (at as Members)[part], value);
  return picked(members, Object.keys(given as object));
}

function duplicatesIn(objects: readonly DesiredObject[]): readonly Fault[] {
  const first = new Map<string, DesiredObject>();
  return objects.flatMap((one) => {
    const earlier = first.get(one.pointer);
    if (earlier === undefined) {
      first.set(one.pointer, one);
      return [];
    }
    const { file, line } = earlier.placeOf([]);
    return [{ place: one.placeOf([]), pointer: one.pointer, message: `is already defined in ${file}:${line}` }];
  });
}

async function loadedObjects(objects: readonly PlainObject[]): Promise<readonly DesiredObject[]> {
  const faults: Fault[] = [];
  const loaded = await Promise.all(
    objects.map(async ({ folder, ...object }) => {
      try {
        const { fileForm } = object.kind;
        return fileForm === undefined ? object : { ...object, members: await fileForm.load(object.members, folder) };
      } catch (error) {
        if (!CommandFault.is(error)) throw error;
        faults.push({ place: object.placeOf([]), pointer: object.pointer, message: error.message });
        return object;
      }
    }),
  );
  refuse(faults);
  return loaded;
}

function credentialsIn(content: ConfigurationFile | null): readonly (readonly [string, Credentials])[] {
  return Object.entries(content?.tenants ?? {}).flatMap(([tenant, section]) => {
    const { credentials } = section as { readonly credentials?: Credentials };
    return credentials === undefined ? [] : [[tenant, credentials] as const];
  });
}
