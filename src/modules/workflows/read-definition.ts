import { AppError } from '../../kernel/errors/app-error';
import { invalidInput } from '../../kernel/http/input/schema-pipe';
import { scanJson } from '../../kernel/json/json-scan';
import { workflowDefinition, type WorkflowDefinition } from './contract/workflow-definition.types';
import { WORKFLOW_LIMITS } from './contract/workflow-limits';
import { parseYaml } from './parse-yaml';

/** Levels that a text may have; the check of a definition allows fewer and says so. */
const MAX_TEXT_LEVELS = 2 * WORKFLOW_LIMITS.maxLevels;

/**
 * Reads a definition in JSON or YAML 1.2, in time of its length. Anchors of YAML are refused, as a few of them make gigabytes.
 * Errors: `invalid_request` with line and column, or with the members at fault.
 */
export function readDefinition(text: string): WorkflowDefinition {
  assertSize(text);
  const parsed = workflowDefinition.safeParse(parseJson(text) ?? parseYaml(text));
  if (parsed.success) return parsed.data;
  throw invalidInput(parsed.error.issues);
}

/** Refuses a text that is too long for a definition. Errors: `invalid_request`. */
export function assertSize(text: string): void {
  if (Buffer.byteLength(text) <= WORKFLOW_LIMITS.maxDefinitionBytes) return;
  throw invalidText('too_large', `A definition has at most ${WORKFLOW_LIMITS.maxDefinitionBytes} bytes.`);
}

/** Returns whether a text is JSON, sound or not, and no YAML. */
export function isJson(text: string): boolean {
  return text.trimStart().startsWith('{') && scanJson(text, MAX_TEXT_LEVELS)?.code !== 'invalid_json';
}

/** The value of a text that is JSON; `undefined` for any other, which may still be YAML. */
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
