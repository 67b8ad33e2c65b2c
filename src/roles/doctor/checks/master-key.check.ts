import { MasterKeyProof, WRONG_MASTER_KEY } from '../../../kernel/sealing/master-key-proof';
import { storeCheck } from '../check';
import { fail, ok, skip, warn } from '../finding';

/** Checks that MASTER_KEY is the key that sealed the data of this installation. */
export const masterKeyCheck = storeCheck({
  group: 'Keys',
  limitMs: 4_000,
  needs: ['DATABASE_URL', 'MASTER_KEY'],
  async run({ store, sealer }) {
    if (sealer === null) return [skip('MASTER_KEY', 'not set; this role does not need it')];
    const proof = new MasterKeyProof(store.database, sealer);
    if (!(await proof.exists())) {
      return [warn('MASTER_KEY', 'no proof exists yet', 'Start the control plane, which creates it.')];
    }
    await proof.assert().catch((error: unknown) => {
      if (proof.missing() === null) throw error;
    });
    if (proof.missing() === null) return [ok('MASTER_KEY', 'opens the sealed data of this installation')];
    const [what = '', remedy = ''] = WRONG_MASTER_KEY.split(/(?<=\.) /);
    return [fail('MASTER_KEY', what.replace(/^MASTER_KEY |\.$/g, ''), remedy)];
  },
});
