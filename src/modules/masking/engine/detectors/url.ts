import type { Emit } from '../detector';
import type { Scan } from '../scan/scan';
import { onDemand } from './entity';
import { isTopLevelDomain } from './top-level-domains';

/** A run of characters that can be a host. Each run is matched only once, because the character before it cannot belong to a host. */
const HOSTS = /(?<![\w.@-])[a-z0-9][a-z0-9.-]{0,252}/gi;
const SCHEME = /(?:https?|ftps?|wss?):\/\/$/i;
/** The text that can follow a host. It does not include punctuation that ends a sentence. */
const REST = /(?::\d{1,5})?(?:[/?#][^\s()<>"']*)?/y;
const SENTENCE_MARKS = '.,;:!?';

export const URLS = [
  onDemand('URL', 'Web address, with or without a scheme', {
    find: findUrls,
    context: ['url', 'website', 'link'],
  }),
];

function findUrls({ text }: Scan, emit: Emit): void {
  if (!text.includes('.')) return;
  HOSTS.lastIndex = 0;
  for (let match = HOSTS.exec(text); match !== null; match = HOSTS.exec(text)) {
    const hostEnd = endOfHost(match[0]);
    if (hostEnd === -1) continue;
    const scheme = SCHEME.exec(text.slice(Math.max(0, match.index - 8), match.index))?.[0] ?? '';
    REST.lastIndex = match.index + hostEnd;
    let end = REST.lastIndex + (REST.exec(text)?.[0].length ?? 0);
    while (end > match.index + hostEnd && SENTENCE_MARKS.includes(text.charAt(end - 1))) end--;
    HOSTS.lastIndex = Math.max(HOSTS.lastIndex, end);
    const start = match.index - scheme.length;
    const quoted = isQuoted(text, start, end) ? 1 : 0;
    emit(start - quoted, end + quoted, scheme === '' ? 0.5 : 0.6);
  }
}

/** Returns the offset of the end of the last top-level domain in the run, or -1 if no top-level domain follows another label. */
function endOfHost(run: string): number {
  for (let end = run.length; end > 0;) {
    const dot = run.lastIndexOf('.', end - 1);
    if (dot < 1) return -1;
    if (isTopLevelDomain(run.slice(dot + 1, end))) return end;
    end = dot;
  }
  return -1;
}

function isQuoted(text: string, start: number, end: number): boolean {
  const mark = text.charAt(start - 1);
  return (mark === '"' || mark === "'") && mark === text.charAt(end);
}
