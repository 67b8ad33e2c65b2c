import type { TenantData } from '../../../kernel/tenant-data/tenant-data';

const LEFT_OUT = { leftOut: 'The archive does not contain the bytes of files, nor the rows that refer to them.' };

export const filesTenantData: TenantData = {
  module: 'files',
  tables: [
    { table: 'files.usage', key: [], exported: LEFT_OUT, erased: 'rows', kept: 'As long as the tenant.' },
    {
      table: 'files.contents',
      key: ['id'],
      exported: LEFT_OUT,
      erased: 'rows',
      kept: 'As long as a version of a file refers to it.',
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
      kept: 'While it is current, then for FILES_VERSION_DAYS if among the FILES_VERSIONS_KEPT newest.',
    },
    {
      table: 'files.uploads',
      key: ['id'],
      exported: LEFT_OUT,
      erased: 'rows',
      kept: 'Until the upload is finished or canceled, at most FILES_UPLOAD_HOURS plus one hour.',
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
