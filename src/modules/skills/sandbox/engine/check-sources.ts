import { stripTypeScriptTypes } from 'node:module';
import type { QuickJSWASMModule } from 'quickjs-emscripten-core';
import type { CheckJob, SkillFault } from '../thread-job';
import type { Instance } from './instances';
import { loadModules, noSuchModule } from './module-loader';

const STACK_BYTES = 256 * 1_024;
/**
 * The names of the script that loads the modules and of the import that does not exist. No module of a skill can have one of these names.
 */
const CHECK = 'coresdk:check';
const NOWHERE = 'coresdk:nowhere';

type Sources = NonNullable<CheckJob['sources']>;

/** The runnable code of valid sources, or their faults. */
export type CheckedSources =
  { readonly code: Readonly<Record<string, string>> } | { readonly faults: readonly SkillFault[] };

/** The error that is thrown when the type stripper has crashed. The stripper must not be used again in this thread. */
export class StripperBroke extends Error {}

/**
 * Strips the types from sources and compiles them, without running any code. Types are replaced with spaces, so that the lines and columns
 * of later errors match the source.
 */
export function checkSources({ quickjs }: Instance, sources: Sources): CheckedSources {
  const faults: SkillFault[] = [];
  const code: Record<string, string> = {};
  for (const [name, { text, isTypescript, pointer }] of Object.entries(sources)) {
    const stripped = isTypescript ? withoutTypes(text, name, pointer) : text;
    if (typeof stripped === 'string') code[name] = stripped;
    else faults.push(stripped);
  }
  if (faults.length > 0) return { faults };
  const thrown = thrownByLoading(quickjs, code);
  return thrown === null ? { code } : { faults: [faultOf(thrown, sources)] };
}

function withoutTypes(text: string, name: string, pointer: string): string | SkillFault {
  try {
    return stripTypeScriptTypes(text, { mode: 'strip' });
  } catch (error) {
    const { code, message, stack } = error as NodeJS.ErrnoException;
    if (code !== 'ERR_INVALID_TYPESCRIPT_SYNTAX' && code !== 'ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX') {
      throw new StripperBroke('Could not remove the types.', { cause: error });
    }
    const place = placeIn(text, stack ?? '');
    return {
      pointer,
      code: 'syntax',
      message: `${name}${place}: ${message.split('\n')[0] ?? message}`.slice(0, 1_000),
    };
  }
}

/**
 * Returns the position of a fault. The stripper reports the line and its text, and marks the column below the text: `:3`, `const a: = 1`, `
 * ^`.
 */
function placeIn(text: string, stack: string): string {
  const found = /^[^\n]*:(\d+)\n[^\n]*\n( *)\^/.exec(stack);
  if (found === null) return '';
  const line = Number(found[1]);
  return line <= text.split('\n').length ? wordsOf(line, (found[2]?.length ?? 0) + 1) : '';
}

/** The error that QuickJS throws for the first module that it cannot load. */
interface Thrown {
  readonly message: string;
  readonly stack: string;
}

/**
 * Loads all modules without running them: a module runs only when all its imports exist, and the last import of this script never exists.
 * (The library can compile a single module, but does not return the outcome.)
 * @returns `null` when that missing import is the only fault.
 */
function thrownByLoading(quickjs: QuickJSWASMModule, code: Readonly<Record<string, string>>): Thrown | null {
  const runtime = quickjs.newRuntime({ maxStackSizeBytes: STACK_BYTES });
  loadModules(runtime, code, CHECK);
  const context = runtime.newContext();
  const imports = [...Object.keys(code), NOWHERE].map((name) => `import ${JSON.stringify(name)};`).join('\n');
  const loaded = context.evalCode(imports, CHECK, { type: 'module' });
  if (!loaded.error) throw new Error('A nonexistent module was loaded.');
  // None of the tenant's code has run, so the error is exactly as QuickJS created it.
  const { message = '', stack = '' } = context.dump(loaded.error) as Partial<Thrown>;
  loaded.error.dispose();
  context.dispose();
  runtime.dispose();
  return message === noSuchModule(NOWHERE) ? null : { message, stack };
}

function faultOf({ message, stack }: Thrown, sources: Sources): SkillFault {
  const place = /at (?:[^\n]*\()?([^\n:()]+):(\d+):(\d+)/.exec(stack);
  const name = place?.[1] ?? Object.keys(sources)[0] ?? '';
  const where = place === null ? '' : `${name}${wordsOf(Number(place[2]), Number(place[3]))}: `;
  return { pointer: sources[name]?.pointer ?? '', code: 'syntax', message: `${where}${message}`.slice(0, 1_000) };
}

function wordsOf(line: number, column: number): string {
  return `, line ${line}, column ${column}`;
}
