import type { TenantData } from '../../../kernel/tenant-data/tenant-data';

const LEFT_OUT = { leftOut: 'The bytes of files are not in the archive, so what points to them is not either.' };

export const filesTenantData: TenantData = {
  module: 'files',
  tables: [
    { table: 'files.usage', key: [], exported: LEFT_OUT, erased: 'rows', kept: 'As long as the tenant: its counts.' },
    {
      table: 'files.contents',
      key: ['id'],
      exported: LEFT_OUT,
      erased: 'rows',
      kept: 'As long as a version of a file has it.',
    },
    {
      table: 'files.files',
      key: ['id'],
      exported: LEFT_OUT,
      erased: 'rows',
      kept: 'Until the file is deleted and its last version is dropped.',
    },
    {
      table: 'files.versions',
      key: ['file_id', 'version'],
      exported: LEFT_OUT,
      erased: 'rows',
      kept: 'While it is the current one, then FILES_VERSION_DAYS, and among the FILES_VERSIONS_KEPT newest.',
    },
    {
      table: 'files.uploads',
      key: ['id'],
      exported: LEFT_OUT,
      erased: 'rows',
      kept: 'Until the upload is a file or given up, at most FILES_UPLOAD_HOURS and an hour.',
    },
    {
      table: 'files.objects',
      key: ['id'],
      exported: LEFT_OUT,
      erased: 'rows',
      kept: 'As long as the object is in the storage.',
    },
  ],
};
