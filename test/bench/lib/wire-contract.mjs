import path from 'node:path';
import { loadSync } from '@grpc/proto-loader';
import { root } from './processes.mjs';

/** Loads a service of `coresdk.v1` in the same way as the sidecar (src/kernel/grpc/package-definition.ts). */
function service(file, name) {
  const definition = loadSync(`coresdk/v1/${file}.proto`, {
    includeDirs: [path.join(root, 'proto')],
    keepCase: false,
    longs: Number,
    enums: Number,
    defaults: true,
    arrays: true,
    objects: true,
    oneofs: true,
  });
  return definition[`coresdk.v1.${name}`];
}

export const SERVICES = {
  AuthService: () => service('auth', 'AuthService'),
  PolicyService: () => service('policy', 'PolicyService'),
  FlagService: () => service('flags', 'FlagService'),
  RateLimitService: () => service('ratelimit', 'RateLimitService'),
  AuditService: () => service('audit', 'AuditService'),
  SecretsService: () => service('secrets', 'SecretsService'),
  JobService: () => service('jobs', 'JobService'),
};
