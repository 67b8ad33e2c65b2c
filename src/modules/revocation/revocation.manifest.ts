import type { Manifest } from '../../kernel/composition/manifest';

export const revocationManifest = {
  hosted: {
    revocation: () => import('./revocation.module.js'),
  },
} satisfies Manifest;
