import path from 'node:path';
import { loadSync, type MethodDefinition, type PackageDefinition } from '@grpc/proto-loader';
import { addClientsRpcs, dropClientsServices } from './legacy/aliases';
import { legacyCallOf, rememberCall } from './legacy/legacy-call';
import { legacyDecoder } from './legacy/legacy-requests';
import { type Malformed, MALFORMED } from './malformed';
import { type RequestRejection, rejectionOf } from './rejected-request';
import { answerSerializer } from './prepared-answer';
import { projectRoot } from '../config/project-root';

/** Paths of the `.proto` files in `proto/`, one per service family. */
const FILES = [
  ...[
    'auth',
    'policy',
    'datagate',
    'secrets',
    'jobs',
    'audit',
    'config',
    'tenant',
    'ratelimit',
    'flags',
    'license',
  ].map((name) => `coresdk/v1/${name}.proto`),
  'coresdk/v1/masking.proto',
  'cpod/internal/v1/auth.proto',
  'cpod/internal/v1/audit.proto',
  'cpod/internal/v1/secrets.proto',
  'cpod/internal/v1/ratelimit.proto',
  'cpod/internal/v1/masking.proto',
  'cpod/internal/v1/flags.proto',
  'cpod/internal/v1/egress.proto',
  ...['auth', 'audit', 'egress', 'flags', 'ratelimit'].map((name) => `cpod/clients/v1/${name}.proto`),
];

/**
 * Loads every service of the sidecar, for both its server and our own clients. Requests that cannot be decoded become {@link MALFORMED}: a
 * decision RPC must respond to them with a denial, since public clients treat a gRPC error as an outage and let requests through (wire
 * contract §2.6).
 * @param options.legacyClients whether to include the paths that only published clients call.
 */
export function loadPackageDefinition(options = { legacyClients: true }): PackageDefinition {
  const definition = loadSync(FILES, {
    includeDirs: [path.join(projectRoot(), 'proto')],
    keepCase: false,
    longs: Number,
    enums: Number,
    defaults: true,
    arrays: true,
    objects: true,
    oneofs: true,
  });
  if (options.legacyClients) addClientsRpcs(definition);
  dropClientsServices(definition);
  for (const entry of Object.values(definition)) {
    if ('format' in entry) continue;
    for (const method of Object.values(entry)) tolerate(method, options.legacyClients);
  }
  return definition;
}

function tolerate(method: MethodDefinition<object, object>, legacyClients: boolean): void {
  method.responseSerialize = answerSerializer(method.responseSerialize);
  const decode = tolerant(method.requestDeserialize);
  const hasLegacyClients = legacyClients && method.path.startsWith('/coresdk.v1.');
  method.requestDeserialize = denyingNotTaken(hasLegacyClients ? legacyDecoder(method, decode) : decode);
}

/** Field number 0, which no message contains. */
const ILLEGAL = Buffer.from([0]);

/** Returns a deserializer that also accepts the placeholder for a rejected request. */
function denyingNotTaken(decode: (bytes: Buffer) => object): (bytes: Buffer) => object {
  const call = legacyCallOf(decode(ILLEGAL));
  const refused = (notTaken: RequestRejection): Malformed => {
    const request: Malformed = { malformed: true, notTaken };
    if (call) rememberCall(request, call);
    return request;
  };
  const requests = { too_large: refused('too_large'), too_much: refused('too_much') };
  return (bytes) => {
    const notTaken = rejectionOf(bytes);
    return notTaken === null ? decode(bytes) : requests[notTaken];
  };
}

function tolerant(decode: (bytes: Buffer) => object): (bytes: Buffer) => object {
  return (bytes) => {
    try {
      return decode(bytes);
    } catch {
      return MALFORMED;
    }
  };
}
