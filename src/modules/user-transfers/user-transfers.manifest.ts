import type { Manifest } from '../../kernel/composition/manifest';

export const userTransfersManifest = {
  hosted: {
    userTransfersWorker: () => import('./user-transfers-worker.module.js'),
    userTransfers: () => import('./user-transfers.module.js'),
  },
  controllers: {
    public: [
      () => import('./rest/user-export.public.controller.js'),
      () => import('./rest/user-import.public.controller.js'),
    ],
  },
} satisfies Manifest;
