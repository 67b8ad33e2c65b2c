import path from 'node:path';
import { z } from 'zod';
import type { Environment } from '../../kernel/config/config-section';
import { CommandFault } from '../command';
import { suggestion } from '../nearest';
import { withFileLock } from './file-lock';
import { configFolder, readPrivate, writePrivate } from './private-file';

const NAME = /^[A-Za-z0-9][\w.-]{0,63}$/;
const MAX_CONTEXTS = 1_000;

/** How commands prove who calls. Secrets are in other files: the tokens of a sign-in, or the file that the person chose. */
const signInMethod = z.discriminatedUnion('by', [
  z.strictObject({ by: z.literal('browser') }),
  z.strictObject({ by: z.literal('api-key'), file: z.string() }),
  z.strictObject({ by: z.literal('app'), clientId: z.string(), secretFile: z.string() }),
]);

/** An installation, and an identity in it. */
const context = z.strictObject({
  /** The address of the backend, without a trailing slash. */
  url: z.string(),
  /** The address of the control plane; `null` if it is not reachable from here. */
  controlPlaneUrl: z.string().nullable(),
  /** Slug or id of the tenant. */
  tenant: z.string(),
  signIn: signInMethod,
});

const contextsFile = z.strictObject({
  current: z.string().nullable(),
  contexts: z.record(z.string().regex(NAME), context),
});

export type SignInMethod = Readonly<z.infer<typeof signInMethod>>;
export type Context = Readonly<z.infer<typeof context>>;
export interface NamedContext extends Context {
  readonly name: string;
}
type ContextsFile = Readonly<z.infer<typeof contextsFile>>;

const fileOf = (environment: Environment): string => path.join(configFolder(environment), 'contexts.json');

/** Returns all contexts by name, and the name of the current one. Errors: `CommandFault` for a file that is damaged or not private. */
export function readContexts(environment: Environment): ContextsFile {
  const file = fileOf(environment);
  const text = readPrivate(file);
  if (text === null) return { current: null, contexts: {} };
  try {
    return contextsFile.parse(JSON.parse(text));
  } catch {
    throw new CommandFault(`${file} does not contain valid contexts. Correct it, or delete it and run: coresdk login`);
  }
}

/** Changes the contexts. Simultaneous changes wait for each other. */
export async function changeContexts(
  environment: Environment,
  change: (before: ContextsFile) => ContextsFile,
): Promise<void> {
  const file = fileOf(environment);
  await withFileLock(`${file}.lock`, async () => {
    const after = change(readContexts(environment));
    if (Object.keys(after.contexts).length > MAX_CONTEXTS) {
      throw new CommandFault(
        `There are ${MAX_CONTEXTS} contexts, which is the maximum. Delete some: coresdk context delete`,
      );
    }
    writePrivate(file, `${JSON.stringify(after, null, 2)}\n`);
  });
}

/** Returns the name of the context to use: the option, `CPOD_CONTEXT` or the current context; `null` if there is none. */
export function chosenName(option: string | undefined, environment: Environment): string | null {
  const name = option ?? (environment['CPOD_CONTEXT']?.trim() || readContexts(environment).current);
  return name === null ? null : checkedName(name);
}

/** Returns the context to use; `null` if none was named and there is no current one. Errors: `CommandFault` for an unknown name. */
export function chosenContext(option: string | undefined, environment: Environment): NamedContext | null {
  const name = chosenName(option, environment);
  return name === null ? null : contextNamed(name, environment);
}

/** Returns a context. Errors: `CommandFault` if there is none with this name. */
export function contextNamed(name: string, environment: Environment): NamedContext {
  const { contexts } = readContexts(environment);
  const found = Object.hasOwn(contexts, name) ? contexts[name] : undefined;
  if (found) return { name, ...found };
  const near = suggestion(name, Object.keys(contexts));
  throw new CommandFault(`There is no context "${name}".${near} Create it: coresdk login --context ${name}`);
}

/** Returns a valid name, which is also part of a file name. Errors: `CommandFault`. */
export function checkedName(name: string): string {
  if (NAME.test(name)) return name;
  throw new CommandFault(
    'The name of a context must begin with a letter or digit and consist of at most 64 letters, digits, hyphens, dots and underscores.',
  );
}
