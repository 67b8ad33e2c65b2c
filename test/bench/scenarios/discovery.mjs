import { compareDocuments } from '../lib/documents.mjs';

export const title = 'Discovery: authorization server metadata';

export const run = (bench) =>
  compareDocuments(bench, {
    ours: '/.well-known/oauth-authorization-server',
    theirs: '/.well-known/openid-configuration',
  });
