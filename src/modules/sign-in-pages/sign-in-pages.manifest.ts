import type { Manifest } from '../../kernel/composition/manifest';

export const signInPagesManifest = {
  controllers: {
    internal: [
      () => import('./rest/authorization.control-plane.controller.js'),
      () => import('./rest/console-sign-in.control-plane.controller.js'),
      () => import('./rest/page-assets.control-plane.controller.js'),
      () => import('./rest/password.control-plane.controller.js'),
      () => import('./rest/sign-in.control-plane.controller.js'),
      () => import('./rest/sign-out.control-plane.controller.js'),
    ],
  },
} satisfies Manifest;
