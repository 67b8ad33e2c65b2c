import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

type Collect = (options: { readonly type: 'major'; readonly flavor: 'last-resort' }) => void;

/**
 * Gives back what starting up has taken: loading modules fills the young generation and leaves a third of the old one
 * dead, and a process that rests then is never told to shrink (250 MB resident against 167 for a sidecar). Takes a tenth of
 * a second, once, before the process is ready. Node has no other door to it than V8's own `gc`, which stays closed to
 * everybody else: the function is not put into any global scope.
 */
export function releaseStartUpMemory(): void {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as Collect;
  setFlagsFromString('--no-expose-gc');
  collect({ type: 'major', flavor: 'last-resort' });
}
