import { BuiltinError } from '../errors.js';
import type { RegoObject } from '../values/object.js';
import type { Value } from '../values/value.js';
import type { Builtin } from './builtin.js';
import { checkRequestOperand, operandError } from './http/request-operand.js';

/**
 * `http.send` always fails: policies are evaluated synchronously and without network access. For a host that is not allowed, the error is
 * the same as in OPA (`unallowed host`). For an allowed host, the error says what to do instead.
 */
export const HTTP: readonly Builtin[] = [
  {
    name: 'http.send',
    args: [['object']],
    result: ['object'],
    nondeterministic: true,
    call: ([request], { allowedHosts }) => refuse(request as RegoObject, allowedHosts),
  },
];

function refuse(request: RegoObject, allowedHosts: readonly string[]): Value {
  checkRequestOperand(request);
  const url = request.get('url');
  const host = typeof url === 'string' ? URL.parse(url)?.hostname : undefined;
  if (host === undefined) {
    throw operandError("'url' must be an absolute URL as a string");
  }
  if (!allowedHosts.includes(host)) {
    throw new BuiltinError('eval_builtin_error', `unallowed host: ${host}`);
  }
  throw new BuiltinError(
    'eval_builtin_error',
    `${host} cannot be reached: policies are evaluated without network access; pass the response in the input or the data`,
  );
}
