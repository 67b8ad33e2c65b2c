import { eventually } from '../support/eventually';
import { Installation } from '../support/installation';
import { AuditLoad } from './audit-load';

export interface AuditFigures {
  readonly kills: number;
  readonly acknowledged: number;
  /** Events whose first sending got no answer, and which were sent again under their key. */
  readonly sentAgain: number;
  /** Records that the export has shown to be as they were written. */
  readonly proven: number;
}

const SIDECARS = 2;
const EMITTERS = 16;
/** Acknowledged between two kills: each comes in the middle of a burst. */
const BETWEEN = 60;

/**
 * kill -9 of one sidecar after the other in the middle of bursts of events. Whatever got no answer is sent again under its
 * key, to the other sidecar. Fails unless every acknowledged event is in the log exactly once, at the place and with the
 * hash that it was acknowledged with, and the log proves itself.
 */
export async function auditDrill(kills: number): Promise<AuditFigures> {
  const installation = await Installation.start({ layout: 'split', sidecars: SIDECARS });
  const load = new AuditLoad(installation);
  try {
    const emitting = Array.from({ length: EMITTERS }, (_, index) => load.emitting(index));
    for (let kill = 0; kill < kills; kill++) {
      const sidecar = installation.process(`sidecar-${(kill % SIDECARS) + 1}`);
      const before = load.acknowledged.size;
      await eventually(() => expect(load.acknowledged.size).toBeGreaterThan(before + BETWEEN));
      await sidecar.kill();
      sidecar.launch();
      await sidecar.untilReady();
    }
    load.stop();
    await Promise.all(emitting);
    const proven = await load.prove();
    return { kills, acknowledged: load.acknowledged.size, sentAgain: load.sentAgain, proven };
  } finally {
    load.stop();
    load.close();
    await installation.remove();
  }
}
