import { stripTypeScriptTypes } from 'node:module';
import type { CheckJob, SkillFault } from '../thread-job';
import type { Instance } from './instances';
import { loadModules } from './module-loader';

/** Sources that passed, as they run; or what is wrong with them. */
export type CheckedSources =
  { readonly code: Readonly<Record<string, string>> } | { readonly faults: readonly SkillFault[] };

/** The stripper broke: it must not be used again in this thread. */
export class StripperBroke extends Error {}

/**
 * Takes the types out of sources (each blank for blank, so that lines and columns of what is thrown later are those of the
 * source) and compiles them, without running anything.
 */
export function checkSources({ quickjs }: Instance, sources: NonNullable<CheckJob['sources']>): CheckedSources {
  const faults: SkillFault[] = [];
  const code: Record<string, string> = {};
  for (const [name, { text, isTypescript, pointer }] of Object.entries(sources)) {
    const stripped = isTypescript ? withoutTypes(text, name, pointer) : text;
    if (typeof stripped === 'string') code[name] = stripped;
    else faults.push(stripped);
  }
  if (faults.length > 0) return { faults };
  for (const [name, text] of Object.entries(code)) {
    const runtime = quickjs.newRuntime({ maxStackSizeBytes: 256 * 1_024 });
    loadModules(runtime, code, '');
    const context = runtime.newContext();
    const compiled = context.evalCode(text, name, { type: 'module', compileOnly: true });
    // Of a compilation: nothing of the tenant's has run, so that it is what QuickJS made it.
    if (compiled.error) faults.push(faultOf(context.dump(compiled.error), name, sources[name]?.pointer ?? ''));
    (compiled.error ?? compiled.value).dispose();
    context.dispose();
    runtime.dispose();
  }
  return faults.length > 0 ? { faults } : { code };
}

function withoutTypes(text: string, name: string, pointer: string): string | SkillFault {
  try {
    return stripTypeScriptTypes(text, { mode: 'strip' });
  } catch (error) {
    const { code, message, stack } = error as NodeJS.ErrnoException;
    if (code !== 'ERR_INVALID_TYPESCRIPT_SYNTAX' && code !== 'ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX') {
      throw new StripperBroke('Types could not be taken out.', { cause: error });
    }
    const place = placeIn(text, stack ?? '');
    return {
      pointer,
      code: 'syntax',
      message: `${name}${place}: ${message.split('\n')[0] ?? message}`.slice(0, 1_000),
    };
  }
}

/** The stripper tells line and text of the fault, and marks its column below: `:3`, `const a: = 1`, `         ^`. */
function placeIn(text: string, stack: string): string {
  const found = /^[^\n]*:(\d+)\n[^\n]*\n( *)\^/.exec(stack);
  if (found === null) return '';
  const line = Number(found[1]);
  return line <= text.split('\n').length ? wordsOf(line, (found[2]?.length ?? 0) + 1) : '';
}

function faultOf(thrown: unknown, name: string, pointer: string): SkillFault {
  const { message = '', stack = '' } = (thrown ?? {}) as { readonly message?: string; readonly stack?: string };
  const place = /at (?:[^\n]*\()?([^\n:()]+):(\d+):(\d+)/.exec(stack);
  const where = place === null ? name : `${place[1]}${wordsOf(Number(place[2]), Number(place[3]))}`;
  return { pointer, code: 'syntax', message: `${where}: ${message}`.slice(0, 1_000) };
}

function wordsOf(line: number, column: number): string {
  return `, line ${line}, column ${column}`;
}
