import { statSync } from 'node:fs';
import { auditConfig } from '../../../modules/audit/audit.config';
import { CheckpointKey } from '../../../modules/audit/checkpoints/checkpoint-key';
import { isControlPlane } from '../../settings';
import type { Check } from '../check';
import { fail, ok, warn } from '../finding';
import { errorMessage } from '../error-message';

const OTHERS = 0o077;

/** Checks that the configured key for audit log checkpoints is usable. */
export const checkpointKeyCheck: Check = {
  group: 'Audit log',
  limitMs: 1_000,
  needs: ['AUDIT_SIGNING_KEY_FILE'],
  async run({ settings }) {
    const file = settings.of(auditConfig).AUDIT_SIGNING_KEY_FILE;
    if (file === null || !isControlPlane(settings.role.ROLE)) return [];
    try {
      CheckpointKey.read(file);
    } catch (error) {
      const detail = errorMessage(error).replace(/^AUDIT_SIGNING_KEY_FILE: |\.$/g, '');
      return [fail('checkpoint key', detail, 'Create it with "openssl genpkey -algorithm ed25519", or fix the path.')];
    }
    if ((statSync(file).mode & OTHERS) === 0) return [ok('checkpoint key', `${file} contains an Ed25519 key`)];
    return [warn('checkpoint key', `${file} can be read by other users`, `chmod go-rwx ${file}`)];
  },
};
