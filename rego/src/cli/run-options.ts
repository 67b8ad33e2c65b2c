import { statSync } from 'node:fs';
import type { Verification } from '../server/bundles/read-bundle.js';
import { LOG_FORMATS, LOG_LEVELS, type LogFormat, type LogLevel } from '../server/logger.js';
import type { TlsOptions } from '../server/http-listener.js';
import { ALGORITHMS } from '../builtins/jwt/algorithms.js';
import { RegoCommandFault } from './command.js';
import { numberOption, oneOf, parseOptions, readText } from './options.js';

export const RUN_USAGE = `Usage: rego run --server [options] [<path>…]

  -s, --server               serve OPA's REST API; there is no interactive shell
  -a, --addr <address>       <host>:<port> or unix://<path>; can be repeated (default localhost:8181)
  --diagnostic-addr <address>
                             an address that serves only /health and /metrics; can be repeated
  -b, --bundle               the paths are bundles: folders or archives
  -w, --watch                reload the paths when a file changes
  -c, --config-file <file>   configuration in OPA's format
  --set <a.b=value>, --set-file <a.b=file>
                             a configuration option; can be repeated
  --authentication <scheme>  token, off (default)
  --authorization <scheme>   basic, off (default): data.system.authz.allow decides
  --tls-cert-file <file>, --tls-private-key-file <file>, --min-tls-version <1.2|1.3>
                             serve TLS
  --verification-key <key or file>, --verification-key-id <id>, --signing-alg <name>, --scope <scope>
                             check the signatures of the bundles that the paths name
  --skip-verify              do not check bundle signatures
  -l, --log-level <level>    debug, info (default), warn, error
  --log-format <format>      json (default), json-pretty, text
  -m, --max-errors <count>   maximum number of errors in one response (default 10)
  --max-eval-time <ms>       time limit of one evaluation (default 2000)
  --max-eval-steps <count>   step limit of one evaluation (default 20000000)
  --ready-timeout <seconds>  wait for bundles before serving, and exit if they are not ready in time
  --shutdown-grace-period <seconds>
                             how long active requests can take after a signal (default 10)
  --shutdown-wait-period <seconds>
                             how long to continue serving after a signal (default 0)`;

/** The options of `rego run`. */
export interface RunOptions {
  readonly addresses: readonly string[];
  readonly diagnosticAddresses: readonly string[];
  readonly paths: readonly string[];
  readonly asBundles: boolean;
  readonly watches: boolean;
  readonly verification: Verification | null;
  readonly configFile: string | null;
  readonly set: readonly string[];
  readonly setFiles: readonly string[];
  readonly authentication: 'token' | 'off';
  readonly authorization: 'basic' | 'off';
  readonly tls: TlsOptions | null;
  readonly logLevel: LogLevel;
  readonly logFormat: LogFormat;
  readonly maxErrors: number;
  readonly limits: { readonly deadlineMs: number; readonly maxSteps: number };
  readonly readyTimeoutMs: number;
  readonly graceMs: number;
  readonly waitMs: number;
}

const text = (fallback: string) => ({ type: 'string', default: fallback }) as const;
const texts = { type: 'string', multiple: true, default: [] as string[] } as const;
const flag = { type: 'boolean', default: false } as const;

/** OPA options that affect behavior but are not supported. */
const REFUSED = {
  pprof: 'there are no Go profiles here; use `node --cpu-prof`',
  h2c: 'HTTP/2 is not served',
  'v0-compatible': 'only Rego v1 is understood; rewrite the policies ("opa fmt --rego-v1")',
} as const;

/** Parses the command line of `rego run`. Errors: `RegoCommandFault`. */
export function readRunOptions(args: readonly string[]): RunOptions {
  const { values, positionals } = parseOptions(args, {
    server: { ...flag, short: 's' },
    addr: { ...texts, short: 'a' },
    'diagnostic-addr': texts,
    bundle: { ...flag, short: 'b' },
    watch: { ...flag, short: 'w' },
    'config-file': { type: 'string', short: 'c' },
    set: texts,
    'set-file': texts,
    authentication: text('off'),
    authorization: text('off'),
    'tls-cert-file': { type: 'string' },
    'tls-private-key-file': { type: 'string' },
    'min-tls-version': text('1.2'),
    'verification-key': { type: 'string' },
    'verification-key-id': text('default'),
    'signing-alg': text('RS256'),
    scope: { type: 'string' },
    'skip-verify': flag,
    'log-level': { ...text('info'), short: 'l' },
    'log-format': text('json'),
    'max-errors': { ...text('10'), short: 'm' },
    'max-eval-time': text('2000'),
    'max-eval-steps': text('20000000'),
    'ready-timeout': text('0'),
    'shutdown-grace-period': text('10'),
    'shutdown-wait-period': text('0'),
    pprof: flag,
    h2c: flag,
    'v0-compatible': flag,
    // OPA options with no effect here: there is no telemetry, and only Rego v1 is supported.
    'v1-compatible': flag,
    'disable-telemetry': flag,
    'skip-version-check': flag,
  });
  if (!values.server) throw new RegoCommandFault('Add --server: there is no interactive shell.', true);
  for (const name of Object.keys(REFUSED) as (keyof typeof REFUSED)[]) {
    if (values[name]) throw new RegoCommandFault(`--${name} is not supported: ${REFUSED[name]}.`);
  }
  if (values.authentication === 'tls') throw new RegoCommandFault('--authentication tls is not supported: use token.');
  if (values.watch && positionals.length === 0) throw new RegoCommandFault('--watch needs a path to watch.', true);
  const list = (given: readonly string[]): readonly string[] => given.flatMap((each) => each.split(','));
  const seconds = (name: 'ready-timeout' | 'shutdown-grace-period' | 'shutdown-wait-period'): number =>
    numberOption(name, values[name], 0, 86_400) * 1_000;
  return {
    addresses: values.addr.length === 0 ? ['localhost:8181'] : list(values.addr),
    diagnosticAddresses: list(values['diagnostic-addr']),
    paths: positionals,
    asBundles: values.bundle,
    watches: values.watch,
    verification: values['skip-verify'] ? null : readVerification(values),
    configFile: values['config-file'] ?? null,
    set: values.set,
    setFiles: values['set-file'],
    authentication: oneOf('authentication', values.authentication, ['token', 'off']),
    authorization: oneOf('authorization', values.authorization, ['basic', 'off']),
    tls: readTls(values),
    logLevel: oneOf('log-level', values['log-level'], LOG_LEVELS),
    logFormat: oneOf('log-format', values['log-format'], LOG_FORMATS),
    maxErrors: numberOption('max-errors', values['max-errors'], 1, 1_000),
    limits: {
      deadlineMs: numberOption('max-eval-time', values['max-eval-time'], 1, 3_600_000),
      maxSteps: numberOption('max-eval-steps', values['max-eval-steps'], 1, Number.MAX_SAFE_INTEGER),
    },
    readyTimeoutMs: seconds('ready-timeout'),
    graceMs: seconds('shutdown-grace-period'),
    waitMs: seconds('shutdown-wait-period'),
  };
}

function readTls(values: {
  readonly 'tls-cert-file'?: string;
  readonly 'tls-private-key-file'?: string;
  readonly 'min-tls-version': string;
}): TlsOptions | null {
  const { 'tls-cert-file': cert, 'tls-private-key-file': key } = values;
  if (cert === undefined && key === undefined) return null;
  if (cert === undefined || key === undefined) {
    throw new RegoCommandFault('TLS needs both --tls-cert-file and --tls-private-key-file.', true);
  }
  const version = oneOf('min-tls-version', values['min-tls-version'], ['1.2', '1.3']);
  return { cert: readText(cert), key: readText(key), minVersion: `TLSv${version}` };
}

function readVerification(values: {
  readonly 'verification-key'?: string;
  readonly 'verification-key-id': string;
  readonly 'signing-alg': string;
  readonly scope?: string;
}): Verification | null {
  const { 'verification-key': key, scope } = values;
  if (key === undefined) return null;
  const algorithm = oneOf('signing-alg', values['signing-alg'], [...ALGORITHMS.keys()]);
  // The key itself, such as PEM text or a secret, or a file that contains the key.
  const material = key.includes('\n') || !isFile(key) ? key : readText(key);
  const keys = [{ id: values['verification-key-id'], algorithm, key: material, scope: scope ?? null }];
  return { keys, isOptional: false };
}

const isFile = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isFile() === true;
