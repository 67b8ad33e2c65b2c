import type { Manifest } from '../../kernel/composition/manifest';

export const consoleManifest = {
  controllers: {
    public: [
      () => import('./rest/console-assets.backend.controller.js'),
      () => import('./rest/job-streams-console.backend.controller.js'),
      () => import('./rest/jobs-console.backend.controller.js'),
    ],
  },
} satisfies Manifest;
