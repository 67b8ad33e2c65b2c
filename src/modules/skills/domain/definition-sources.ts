import { AppError } from '../../../kernel/errors/app-error';
import type { JavascriptDefinition } from '../contract/skill-definition.types';
import { SKILL_LIMITS } from '../contract/skill-limits';
import type { CheckJob } from '../sandbox/thread-job';

type Sources = NonNullable<CheckJob['sources']>;

/** The modules of a definition, each with its pointer in the request, and the name of the main module. */
export interface DefinedSources {
  readonly main: string;
  readonly sources: Sources;
}

const MAINS = ['main.ts', 'main.js', 'main.mts', 'main.mjs'];

/**
 * Returns the modules of a definition. Errors: `invalid_request` if the definition contains both forms of sources or no sources, for
 * sources that are too large, or for a missing main module.
 */
export function sourcesOf({ source, language, modules, main }: JavascriptDefinition): DefinedSources {
  if (source !== undefined && modules === undefined) {
    if (main !== undefined) throw fault('/main', 'names one of the modules, but there are no modules');
    const name = language === 'typescript' ? 'main.ts' : 'main.js';
    return {
      main: name,
      sources: { [name]: { text: source, isTypescript: language === 'typescript', pointer: '/source' } },
    };
  }
  if (modules === undefined || source !== undefined) throw fault('/source', 'send either `source` or `modules`');
  const paths = Object.keys(modules);
  if (paths.length > SKILL_LIMITS.maxModules) throw fault('/modules', `at most ${SKILL_LIMITS.maxModules} modules`);
  const chars = Object.values(modules).reduce((sum, text) => sum + text.length, 0);
  if (chars > SKILL_LIMITS.maxSourceChars) {
    throw fault('/modules', `at most ${SKILL_LIMITS.maxSourceChars} characters in total`);
  }
  const first = main ?? MAINS.find((name) => Object.hasOwn(modules, name));
  if (first === undefined || !Object.hasOwn(modules, first)) throw fault('/main', 'does not name a module');
  const sources = Object.entries(modules).map(([path, text]) => [
    path,
    { text, isTypescript: /\.m?ts$/.test(path), pointer: `/modules/${path.replaceAll('/', '~1')}` },
  ]);
  return { main: first, sources: Object.fromEntries(sources) as Sources };
}

function fault(pointer: string, message: string): AppError {
  const fields = [{ pointer, code: 'invalid', message }];
  return new AppError('invalid_request', `The definition is invalid at ${pointer}: ${message}.`, { fields });
}
