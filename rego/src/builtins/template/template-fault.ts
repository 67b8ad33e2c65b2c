import { BuiltinError } from '../../errors.js';

/** Returns an error with Go's message: `template: template:1: unexpected EOF`. */
export function templateFault(line: number, message: string): BuiltinError {
  return new BuiltinError('eval_builtin_error', `template: template:${line}: ${message}`);
}

export function executionFault(line: number, place: string, message: string): BuiltinError {
  return templateFault(line, `executing "template" at <${place}>: ${message}`);
}
