import { BuiltinError } from '../errors.js';
import type { Budget } from '../evaluate/budget.js';
import { byteSizeOf } from '../values/byte-size.js';
import { toBigInt } from '../values/number.js';
import { RegoObject } from '../values/object.js';
import { printValue } from '../values/print.js';
import { RegoSet } from '../values/set.js';
import { stringifyJson } from '../values/stringify-json.js';
import { isArray, typeNameOf } from '../values/type-name.js';
import type { RegoNumber, Value } from '../values/value.js';
import { signV4, type AwsCredentials } from './aws-sign-v4.js';
import type { Builtin } from './builtin.js';
import { checkRequestOperand, operandError } from './http/request-operand.js';

const REQUIRED_CONFIG = ['aws_access_key', 'aws_region', 'aws_secret_access_key', 'aws_service'];
const NANOS_PER_MS = 1_000_000n;
const MAX_INT64 = (1n << 63n) - 1n;
/** Hashing is fast, so the memory for the text is the limiting factor. */
const BYTES_PER_STEP = 64;
/** The cost of a signature, which takes four consecutive message authentication codes. */
const STEPS_PER_SIGNATURE = 128;

/** `providers.aws.*`, as in OPA's `topdown/providers.go`. */
export const PROVIDERS_AWS: readonly Builtin[] = [
  {
    name: 'providers.aws.sign_req',
    args: [['object'], ['object'], ['number']],
    steps: STEPS_PER_SIGNATURE,
    result: ['object'],
    call: ([request, config, time], { budget }) =>
      sign(request as RegoObject, config as RegoObject, time as RegoNumber, budget),
  },
];

function sign(request: RegoObject, config: RegoObject, time: RegoNumber, budget: Budget): RegoObject {
  checkConfig(config);
  const date = dateOf(time);
  checkRequestOperand(request);
  const headers = headersOf(request.get('headers'));
  checkRequest(request);
  const disablePayloadSigning = config.get('disable_payload_signing') ?? false;
  if (typeof disablePayloadSigning !== 'boolean') {
    throw configError("invalid value for 'disable_payload_signing' in AWS config");
  }
  const size = 4 * byteSizeOf(request);
  budget.allocate(size);
  budget.step(1 + Math.ceil(size / BYTES_PER_STEP));
  const toSign = { method: text(request, 'method'), url: text(request, 'url'), headers, body: bodyOf(request) };
  const { authorization, awsHeaders } = signV4(toSign, credentialsOf(config), date, disablePayloadSigning);
  return request.with('headers', RegoObject.of([...headers, ['Authorization', authorization], ...awsHeaders]));
}

function checkConfig(config: RegoObject): void {
  const missing = REQUIRED_CONFIG.filter((name) => !config.has(name));
  if (missing.length > 0) {
    throw configError(`missing required AWS config parameters(s): ${printValue(RegoSet.of(missing))}`);
  }
  const invalid = REQUIRED_CONFIG.filter((name) => typeof config.get(name) !== 'string');
  if (invalid.length > 0) {
    throw configError(`invalid values for required AWS config parameters(s): ${printValue(RegoSet.of(invalid))}`);
  }
}

function checkRequest(request: RegoObject): void {
  const invalid = ['method', 'url'].filter((name) => typeof request.get(name) !== 'string');
  if (invalid.length > 0) {
    throw operandError(`invalid values for required request parameters(s): ${printValue(RegoSet.of(invalid))}`);
  }
}

function configError(message: string): BuiltinError {
  return new BuiltinError('eval_type_error', `operand 2 ${message}`);
}

/** Rejects times before 1970, which AWS does not support. */
function dateOf(time: RegoNumber): Date {
  const nanos = toBigInt(time);
  if (nanos === undefined || nanos < 0n || nanos > MAX_INT64) {
    throw new BuiltinError('eval_type_error', 'operand 3 could not convert time_ns value into a unix timestamp');
  }
  return new Date(Number(nanos / NANOS_PER_MS));
}

/** Treats names and values that are not strings as empty, as OPA does. */
function headersOf(headers: Value | undefined): ReadonlyMap<string, string> {
  if (headers === undefined) {
    return new Map();
  }
  if (typeof headers !== 'object' || headers === null || isArray(headers) || headers.kind !== 'object') {
    throw new BuiltinError('eval_type_error', `operand 0 must be object but got ${typeNameOf(headers)}`);
  }
  return new Map(headers.entries().map(([name, value]) => [stringOrEmpty(name), stringOrEmpty(value)]));
}

function stringOrEmpty(value: Value | undefined): string {
  return typeof value === 'string' ? value : '';
}

function text(object: RegoObject, name: string): string {
  return stringOrEmpty(object.get(name));
}

/** Returns `raw_body` as is, or `body` as JSON. */
function bodyOf(request: RegoObject): string {
  if (request.has('raw_body')) {
    return text(request, 'raw_body');
  }
  const body = request.get('body');
  return body === undefined ? '' : stringifyJson(body);
}

function credentialsOf(config: RegoObject): AwsCredentials {
  return {
    accessKey: text(config, 'aws_access_key'),
    secretKey: text(config, 'aws_secret_access_key'),
    region: text(config, 'aws_region'),
    service: text(config, 'aws_service'),
    sessionToken: text(config, 'aws_session_token'),
  };
}
