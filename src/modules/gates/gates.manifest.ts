import type { Manifest } from '../../kernel/composition/manifest';
import { egressConfig } from './egress.config';

export const gatesManifest = {
  config: [egressConfig],
  hosted: {
    gates: () => import('./gates.module.js'),
  },
  remote: () => import('./egress-client.module.js'),
  controllers: {
    grpc: [
      () => import('./grpc/egress.grpc.controller.js'),
      () => import('./grpc/egress.internal-grpc.controller.js'),
      () => import('./grpc/gates.grpc.controller.js'),
    ],
  },
} satisfies Manifest;
