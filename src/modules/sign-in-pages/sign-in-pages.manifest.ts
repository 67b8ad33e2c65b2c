import type { Manifest } from '../../kernel/composition/manifest';

export const signInPagesManifest = {
  controllers: {
    internal: [() => import('./rest/mailbox.internal.controller.js')],
    proxied: [
      () => import('./rest/account/account.internal.controller.js'),
      () => import('./rest/authorization.internal.controller.js'),
      () => import('./rest/console-sign-in.internal.controller.js'),
      () => import('./rest/email-change.internal.controller.js'),
      () => import('./rest/page-assets.internal.controller.js'),
      () => import('./rest/password.internal.controller.js'),
      () => import('./rest/sign-in.internal.controller.js'),
      () => import('./rest/sign-out.internal.controller.js'),
      () => import('./rest/sign-up.internal.controller.js'),
      () => import('./rest/upstream.internal.controller.js'),
    ],
  },
} satisfies Manifest;
