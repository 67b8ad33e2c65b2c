import { type ConfigOf, configSection } from '../../kernel/config/config-section';
import { integer, text } from '../../kernel/config/variables';

export const filesConfig = configSection('Files', {
  FILES_URL: text({
    default: null,
    pattern: /^(file:\/\/\/\S+|s3:\/\/\S+)$/,
    patternHint: 'must be file:///folder or s3://bucket/prefix?region=…&endpoint=…',
    sentence:
      'Where the bytes of files are kept: file:///folder, which all backends and workers share, or s3://bucket/prefix, with ?region=…, and &endpoint=https://… for a server that is not Amazon’s; who may is found as the AWS SDK does (AWS_ACCESS_KEY_ID, …). Unset: the folder files under DATA_DIR.',
  }),
  FILES_MAX_BYTES: integer({
    default: 68_719_476_736,
    min: 1,
    max: 5_497_558_138_880,
    unit: 'bytes',
    sentence: 'Largest file. What a tenant has in all is its plan’s (files.bytes).',
  }),
  FILES_VERSIONS_KEPT: integer({
    default: 20,
    min: 0,
    max: 1_000,
    sentence: 'How many versions of a file are kept beside the current one; they count for the quota.',
  }),
  FILES_VERSION_DAYS: integer({
    default: 30,
    min: 0,
    max: 3_650,
    unit: 'days',
    sentence: 'How long a version that is not the current one is kept, and what is left of a deleted file.',
  }),
  FILES_UPLOAD_HOURS: integer({
    default: 24,
    min: 1,
    max: 720,
    unit: 'hours',
    sentence: 'How long a resumable upload may take until its end.',
  }),
  FILES_SWEEP_SECONDS: integer({
    default: 60,
    min: 1,
    max: 3_600,
    unit: 'seconds',
    sentence: 'How often expired uploads and versions, and objects that nothing needs any more, are dropped.',
  }),
});

export type FilesConfig = ConfigOf<typeof filesConfig>;
