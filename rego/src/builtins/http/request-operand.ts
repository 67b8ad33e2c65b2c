import { BuiltinError } from '../../errors.js';
import type { RegoObject } from '../../values/object.js';
import { printValue } from '../../values/print.js';
import { RegoSet } from '../../values/set.js';

const REQUIRED = ['method', 'url'];
/** The members that OPA allows (OPA `topdown/http.go`). */
const ALLOWED = new Set([
  ...REQUIRED,
  'body',
  'cache',
  'cache_ignored_headers',
  'caching_mode',
  'enable_redirect',
  'force_cache',
  'force_cache_duration_seconds',
  'force_json_decode',
  'force_yaml_decode',
  'headers',
  'max_retry_attempts',
  'raise_error',
  'raw_body',
  'timeout',
  'tls_ca_cert',
  'tls_ca_cert_env_variable',
  'tls_ca_cert_file',
  'tls_client_cert',
  'tls_client_cert_env_variable',
  'tls_client_cert_file',
  'tls_client_key',
  'tls_client_key_env_variable',
  'tls_client_key_file',
  'tls_insecure_skip_verify',
  'tls_server_name',
  'tls_use_system_certs',
]);

/** Rejects a request object with members that OPA does not know, or without a method or URL. */
export function checkRequestOperand(request: RegoObject): void {
  const unknown = request.keys().filter((key) => typeof key !== 'string' || !ALLOWED.has(key));
  if (unknown.length > 0) {
    throw operandError(`invalid request parameters(s): ${printValue(RegoSet.of(unknown))}`);
  }
  const missing = REQUIRED.filter((name) => !request.has(name));
  if (missing.length > 0) {
    throw operandError(`missing required request parameters(s): ${printValue(RegoSet.of(missing))}`);
  }
}

export function operandError(message: string): BuiltinError {
  return new BuiltinError('eval_type_error', `operand 1 ${message}`);
}
