import { existsSync, statSync } from 'node:fs';
import path from 'node:path';
import { sealingConfig } from '../../../kernel/sealing/sealing.config';
import { databaseConfig } from '../../../kernel/database/database.config';
import type { Check, DoctorContext } from '../check';
import { fail, type Finding, ok, warn } from '../finding';

const OTHERS = 0o077;

/** Reports all faults in the settings, and settings that need attention. */
export const configurationCheck: Check = {
  group: 'Configuration',
  limitMs: 1_000,
  async run(patient) {
    const { role } = patient.settings;
    const faults = patient.faults.map((sentence) => {
      const [name = ''] = /^[A-Z][A-Z_]{3,}\b/.exec(sentence) ?? ['settings'];
      return fail(name, withoutName(sentence, name), 'See its comment in .env.example for valid values.');
    });
    const read = ok('settings', `ROLE=${role.ROLE}, NODE_ENV=${role.NODE_ENV}`);
    return [...(faults.length > 0 ? faults : [read]), ...cautions(patient), ...looseFiles(patient)];
  },
};

function withoutName(message: string, name: string): string {
  return message
    .slice(message.startsWith(name) ? name.length : 0)
    .replace(/\.$/, '')
    .trim();
}

function cautions({ settings }: DoctorContext): readonly Finding[] {
  const { role } = settings;
  const sealing = settings.of(sealingConfig);
  const found: Finding[] = [];
  if (role.CORESDK_FAIL_MODE === 'open' && role.NODE_ENV !== 'production') {
    const remedy = 'Set CORESDK_FAIL_MODE=closed. It does not change any decision, and production requires it.';
    found.push(warn('CORESDK_FAIL_MODE', 'open: undecidable calls are still denied, and counted', remedy));
  }
  if (sealing.MASTER_KEY_PREVIOUS !== null) {
    const remedy = 'Remove it once GET /api/v1/secrets/rewrap shows that nothing uses it.';
    found.push(warn('MASTER_KEY_PREVIOUS', 'set: the previous master key still opens old data', remedy));
  }
  return found;
}

/** Returns findings about files with secrets that other users of the machine can read. */
function looseFiles({ settings }: DoctorContext): readonly Finding[] {
  const secrets = path.resolve(settings.of(databaseConfig).DATA_DIR, 'secrets');
  return ['.env', secrets].flatMap((file) => {
    if (!existsSync(file)) return [];
    const mode = statSync(file).mode & OTHERS;
    if (mode === 0 || (file === '.env' && (mode & 0o044) === 0)) return [];
    return [warn(path.basename(file), `${file} can be read by other users`, `chmod go-rwx ${file}`)];
  });
}
