import type { Manifest } from '../../kernel/composition/manifest';
import { keysConfig } from './keys.config';

export const keysManifest = {
  config: [keysConfig],
  hosted: {
    keys: () => import('./keys.module.js'),
    signer: () => import('./signer.module.js'),
    signing: () => import('./signing.module.js'),
  },
  controllers: {
    internal: [() => import('./rest/keys.internal.controller.js')],
    proxied: [() => import('./rest/jwks.internal.controller.js')],
  },
} satisfies Manifest;
