import type { Manifest } from '../../kernel/composition/manifest';

export const platformContextManifest = {
  hosted: {
    platformContext: () => import('./platform-context.module.js'),
  },
  controllers: {
    grpc: [() => import('./grpc/platform-context.grpc.controller.js')],
  },
} satisfies Manifest;
