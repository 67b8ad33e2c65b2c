import { chargeVisits } from './depth.js';

/** Called with the number of UTF-16 units that are about to be added to the text. */
export type OnGrowth = (length: number) => void;

/** The length at which pieces are joined. */
const FLUSH_LENGTH = 16_384;
/** The cost of a piece in addition to its characters. */
const UNITS_PER_PIECE = 16;
const UNITS_PER_VISIT = 64;

/** Builds a long text piece by piece. Charges for the text as it grows, so that text beyond the limit fails early. */
export class TextWriter {
  private pieces: string[] = [];
  private readonly parts: string[] = [];
  private pieceLength = 0;

  constructor(private readonly onGrowth?: OnGrowth) {}

  push(piece: string): void {
    this.pieces.push(piece);
    this.pieceLength += piece.length + UNITS_PER_PIECE;
    if (this.pieceLength > FLUSH_LENGTH) {
      this.flush();
    }
  }

  finish(): string {
    if (this.parts.length === 0) {
      this.onGrowth?.(this.pieceLength);
      return this.pieces.join('');
    }
    this.flush();
    return this.parts.join('');
  }

  private flush(): void {
    chargeVisits(this.pieceLength / UNITS_PER_VISIT);
    this.onGrowth?.(this.pieceLength);
    this.parts.push(this.pieces.join(''));
    this.pieces = [];
    this.pieceLength = 0;
  }
}
