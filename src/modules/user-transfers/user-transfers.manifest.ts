import type { Manifest } from '../../kernel/composition/manifest';

export const userTransfersManifest = {
  hosted: {
    userTransfersWorker: () => import('./user-transfers-worker.module.js'),
    userTransfers: () => import('./user-transfers.module.js'),
  },
  controllers: {
    public: [() => import('./rest/user-transfers.public.controller.js')],
  },
} satisfies Manifest;
