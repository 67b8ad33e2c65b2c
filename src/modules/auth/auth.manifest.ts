import type { Manifest } from '../../kernel/composition/manifest';

export const authManifest = {
  hosted: {
    admission: () => import('./admission.module.js'),
    auth: () => import('./auth.module.js'),
  },
  remote: () => import('./auth-client.module.js'),
  controllers: {
    public: [() => import('./rest/authorize.public.controller.js')],
    internal: [() => import('./rest/validate.internal.controller.js')],
    grpc: [
      () => import('./grpc/auth.grpc.controller.js'),
      () => import('./grpc/auth.internal-grpc.controller.js'),
      () => import('./grpc/tenant.grpc.controller.js'),
    ],
  },
} satisfies Manifest;
