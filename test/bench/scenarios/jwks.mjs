import { compareDocuments } from '../lib/documents.mjs';

export const title = 'JWKS';

export const run = (bench) => compareDocuments(bench, { ours: '/.well-known/jwks.json', theirs: '/jwks' });
