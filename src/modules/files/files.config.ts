import { type ConfigOf, configSection } from '../../kernel/config/config-section';
import { integer, text } from '../../kernel/config/variables';

export const filesConfig = configSection('Files', {
  FILES_URL: text({
    default: null,
    pattern: /^(file:\/\/\/\S+|s3:\/\/\S+)$/,
    patternHint: 'must be file:///folder or s3://bucket/prefix?region=…&endpoint=…',
    description:
      'Storage for files: file:///folder, shared by all backends and workers, or s3://bucket/prefix with ?region=…, and &endpoint=https://… for a server other than Amazon’s. The AWS SDK finds the credentials (AWS_ACCESS_KEY_ID, …). Unset: the folder files under DATA_DIR.',
  }),
  FILES_MAX_BYTES: integer({
    default: 68_719_476_736,
    min: 1,
    max: 5_497_558_138_880,
    unit: 'bytes',
    description: 'Maximum file size. A tenant’s plan limits the total size of all its files (files.bytes).',
  }),
  FILES_VERSIONS_KEPT: integer({
    default: 20,
    min: 0,
    max: 1_000,
    description: 'Number of versions of a file to keep in addition to the current one. They count toward the quota.',
  }),
  FILES_VERSION_DAYS: integer({
    default: 30,
    min: 0,
    max: 3_650,
    unit: 'days',
    description: 'How long previous versions, and the versions of deleted files, are kept.',
  }),
  FILES_UPLOAD_HOURS: integer({
    default: 24,
    min: 1,
    max: 720,
    unit: 'hours',
    description: 'Maximum duration of a resumable upload.',
  }),
  FILES_SWEEP_SECONDS: integer({
    default: 60,
    min: 1,
    max: 3_600,
    unit: 'seconds',
    description: 'How often expired uploads and versions, and unreferenced objects, are deleted.',
  }),
});

export type FilesConfig = ConfigOf<typeof filesConfig>;
