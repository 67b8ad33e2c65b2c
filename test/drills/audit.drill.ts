import { eventually } from '../support/eventually';
import { Installation } from '../support/installation';
import { AuditLoad } from './audit-load';

export interface AuditFigures {
  readonly kills: number;
  readonly acknowledged: number;
  /** Events that got no response at first and were sent again under their keys. */
  readonly sentAgain: number;
  /** Records that the export has proven to be unmodified. */
  readonly proven: number;
}

const SIDECARS = 2;
const EMITTERS = 16;
/** Acknowledged events between two kills, so that each kill interrupts a burst. */
const BETWEEN = 60;

/**
 * Kills one sidecar after another (kill -9) during bursts of events. If an event gets no response, its emitter sends it again under the
 * same key, to the other sidecar. Fails unless the log contains every acknowledged event exactly once, with the acknowledged position and
 * hash, and its export verifies.
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
