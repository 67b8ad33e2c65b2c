import { AppError } from '../../kernel/errors/app-error';
import { invalidInput } from '../../kernel/http/input/schema-pipe';
import { scanJson } from '../../kernel/json/json-scan';
import { workflowDefinition, type WorkflowDefinition } from './contract/workflow-definition.types';
import { WORKFLOW_LIMITS } from './contract/workflow-limits';
import { parseYaml } from './parse-yaml';

/** The maximum nesting of the text. The definition check allows fewer levels and reports deeper nesting. */
const MAX_TEXT_LEVELS = 2 * WORKFLOW_LIMITS.maxLevels;

/**
 * Parses a definition in JSON or YAML 1.2 in linear time. YAML anchors are refused, because a few of them can expand to gigabytes.
 * Errors: `invalid_request` with the line and the column, or with the invalid members.
 */
export function readDefinition(text: string): WorkflowDefinition {
  assertSize(text);
  const parsed = workflowDefinition.safeParse(parseJson(text) ?? parseYaml(text));
  if (parsed.success) return parsed.data;
  throw invalidInput(parsed.error.issues);
}

/** Throws when the text is too long for a definition. Errors: `invalid_request`. */
export function assertSize(text: string): void {
  if (Buffer.byteLength(text) <= WORKFLOW_LIMITS.maxDefinitionBytes) return;
  throw invalidText('too_large', `A definition can have at most ${WORKFLOW_LIMITS.maxDefinitionBytes} bytes.`);
}

/** Returns true when the text is JSON and not YAML, even if it is not a valid definition. */
export function isJson(text: string): boolean {
  return text.trimStart().startsWith('{') && scanJson(text, MAX_TEXT_LEVELS)?.code !== 'invalid_json';
}

/** Returns the value of a JSON text; `undefined` for any other text, which might be YAML. */
function parseJson(text: string): unknown {
  if (!text.trimStart().startsWith('{')) return undefined;
  const fault = scanJson(text, MAX_TEXT_LEVELS);
  if (fault === null) return JSON.parse(text.replace(/^\uFEFF/, ''));
  if (fault.code === 'invalid_json') return undefined;
  if (fault.code === 'too_deep') throw invalidText('too_deep', fault.message);
  throw invalidText(fault.code, fault.message, fault.pointer);
}

function invalidText(code: string, message: string, pointer = ''): AppError {
  return new AppError('invalid_request', message, { fields: [{ pointer, code, message }] });
}
