import type { Manifest } from '../../kernel/composition/manifest';

export const consoleManifest = {
  controllers: {
    public: [
      () => import('./rest/console-assets.public.controller.js'),
      () => import('./rest/job-streams-console.public.controller.js'),
      () => import('./rest/jobs-console.public.controller.js'),
    ],
  },
} satisfies Manifest;
