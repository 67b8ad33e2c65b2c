import { AppError, type FieldError } from '../../kernel/errors/app-error';
import { urlFault } from '../../kernel/network/receiver-url';
import type { WorkflowDefinition } from '../../modules/workflows/contract/workflow-definition.types';
import { callsOf } from '../../modules/workflows/domain/calls';
import { definitionFaults } from '../../modules/workflows/domain/check-definition';
import { readDefinition } from '../../modules/workflows/read-definition';
import { readText } from '../options';
import { visible } from '../visible';

/** A definition in a file, and all that can be seen to be wrong with it without asking anybody. */
export interface DefinitionFile {
  readonly file: string;
  /** `null` when the file holds none. */
  readonly definition: WorkflowDefinition | null;
  readonly errors: readonly FieldError[];
}

/** Which skills and workflows there are, and which hosts may be called, only the platform knows. */
export function readDefinitionFile(file: string): DefinitionFile {
  const text = readText(file);
  let definition: WorkflowDefinition;
  try {
    definition = readDefinition(text);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const whole = { pointer: '', code: 'syntax', message: error.message };
    return { file, definition: null, errors: error.fields.length > 0 ? error.fields : [whole] };
  }
  const calls = callsOf(definition);
  const any = { inputSchema: true, outputSchema: true } as const;
  const errors = definitionFaults(definition, {
    skills: new Map(calls.flatMap((call) => (call.type === 'skill' ? [[call.skill, any] as const] : []))),
    workflows: new Set(calls.flatMap((call) => (call.type === 'workflow' ? [call.workflow] : []))),
    ring: null,
    urlFault: (url) => urlFault(url, { mayBePrivate: true, mayBePlain: true }),
  });
  return { file, definition, errors };
}

/** One line for each fault: file, JSON pointer, words. */
export function faultLines({ file, errors }: Pick<DefinitionFile, 'file' | 'errors'>): string {
  return errors.map(({ pointer, message }) => `${file}: ${visible(pointer || '/')}: ${visible(message)}\n`).join('');
}
