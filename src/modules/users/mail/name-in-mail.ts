const MAX_CHARS = 60;
/** The installation's own name, used if a tenant's name consists only of a link. */
const NAMELESS = 'CoreSDK';

/**
 * Returns a tenant's name as mails show it: one line of at most 60 characters, in which a mail program does not find any link or address.
 * Otherwise, a tenant's name could be used to send messages to strangers through the installation's mail server.
 */
export function nameInMail(name: string): string {
  const plain = name
    .normalize('NFKC')
    // Format characters are not part of a word: they hide links and reverse the text direction.
    .replace(/\p{Cf}/gu, '')
    .replace(/[\p{Cc}\p{Zl}\p{Zp}]/gu, ' ')
    .replace(/[\p{L}\d+.-]*:\/+/gu, ' ')
    // `evil.example` becomes `evil example`; "Inc." keeps its dot. U+3002 also separates labels (RFC 3490 §3.1).
    .replace(/(?<=\S)[.\u3002](?=\S)/g, ' ')
    .replace(/[/\\@<>]/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  const chars = [...plain];
  const short =
    chars.length <= MAX_CHARS
      ? plain
      : `${chars
          .slice(0, MAX_CHARS - 1)
          .join('')
          .trimEnd()}…`;
  return short === '' ? NAMELESS : short;
}
