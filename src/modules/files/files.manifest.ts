import type { Manifest } from '../../kernel/composition/manifest';
import { filesConfig } from './files.config';
import { filesTenantData } from './storage/files.tenant-data';

export const filesManifest = {
  config: [filesConfig],
  hosted: {
    files: () => import('./files.module.js'),
    keptObjects: () => import('./blobs.module.js'),
    objectUrls: () => import('./object-urls.module.js'),
  },
  controllers: {
    public: [
      () => import('./rest/files.public.controller.js'),
      () => import('./rest/signed-urls.public.controller.js'),
      () => import('./rest/uploads.public.controller.js'),
    ],
  },
  tenantData: filesTenantData,
} satisfies Manifest;
