import { AppError, type FieldError } from '../../kernel/errors/app-error';
import { urlFault } from '../../kernel/network/receiver-url';
import type { WorkflowDefinition } from '../../modules/workflows/contract/workflow-definition.types';
import { callsOf } from '../../modules/workflows/domain/calls';
import { definitionFaults } from '../../modules/workflows/domain/check-definition';
import { readDefinition } from '../../modules/workflows/read-definition';
import { readText } from '../options';
import { visible } from '../visible';

/** A definition in a file, and all faults that can be found offline. */
export interface DefinitionFile {
  readonly file: string;
  /** `null` if the file has no readable definition. */
  readonly definition: WorkflowDefinition | null;
  readonly errors: readonly FieldError[];
}

/** Reads and checks a definition. Only the platform knows which skills and workflows exist, and which hosts can be called. */
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

/** Formats one line per fault: file, JSON Pointer and message. */
export function faultLines({ file, errors }: Pick<DefinitionFile, 'file' | 'errors'>): string {
  return errors.map(({ pointer, message }) => `${file}: ${visible(pointer || '/')}: ${visible(message)}\n`).join('');
}
