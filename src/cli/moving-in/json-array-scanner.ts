import { CommandFault } from '../command';

const [QUOTE, BACKSLASH, COMMA, COLON] = [0x22, 0x5c, 0x2c, 0x3a];
const [OPEN_BRACE, CLOSE_BRACE, OPEN_BRACKET, CLOSE_BRACKET] = [0x7b, 0x7d, 0x5b, 0x5d];
const MIB = 1024 * 1024;
const MAX_ELEMENT_BYTES = MIB;
/** Maximum size of everything except the array's elements. */
const MAX_REST_BYTES = 64 * MIB;
/** Maximum length of a member's name that can match. */
const MAX_NAME_BYTES = 64;

/**
 * Splits the text of a large JSON object into the elements of one of its arrays and the rest, with bounded memory. Checks only what it needs
 * to find the elements; `JSON.parse` of each part checks the rest. Elements are objects.
 */
export class JsonArrayScanner {
  private depth = 0;
  private isInString = false;
  private isEscaped = false;
  /** True between the brackets of the array. */
  private isInArray = false;
  /** The last complete string at the first level, and the string that is being read. */
  private name = '';
  private text: number[] = [];
  private element: Buffer[] = [];
  private elementBytes = 0;
  private rest: Buffer[] = [];
  private restBytes = 0;

  /** @param member the name of the array. */
  constructor(private readonly member: string) {}

  /** Reads more of the text. @returns the elements that end in it. Errors: `CommandFault`. */
  push(chunk: Buffer): readonly Buffer[] {
    const found: Buffer[] = [];
    let from = 0;
    for (let at = 0; at < chunk.length; at++) {
      const byte = chunk[at] ?? 0;
      if (this.isInString) {
        this.readString(byte);
        continue;
      }
      const wasInArray = this.isInArray;
      const before = this.depth;
      this.readStructure(byte);
      if (!wasInArray && this.isInArray) {
        this.keepRest(chunk.subarray(from, at + 1));
        from = at + 1;
      } else if (wasInArray && !this.isInArray) from = at;
      else if (wasInArray && before === 2 && this.depth === 3) {
        if (byte !== OPEN_BRACE) throw this.notObjects();
        from = at;
      } else if (wasInArray && before === 3 && this.depth === 2) {
        this.keepElement(chunk.subarray(from, at + 1));
        found.push(Buffer.concat(this.element));
        [this.element, this.elementBytes, from] = [[], 0, at + 1];
      } else if (wasInArray && this.depth === 2) from = this.between(byte, at);
    }
    if (!this.isInArray) this.keepRest(chunk.subarray(from));
    else if (this.depth > 2) this.keepElement(chunk.subarray(from));
    return found;
  }

  /** Returns the text without the elements. Errors: `CommandFault` if the text ends too early. */
  finish(): string {
    if (this.depth !== 0 || this.isInString) throw new CommandFault('The file ends too early. Export it again.');
    return Buffer.concat(this.rest).toString('utf8');
  }

  private readString(byte: number): void {
    if (this.isEscaped) this.isEscaped = false;
    else if (byte === BACKSLASH) this.isEscaped = true;
    else if (byte === QUOTE) {
      this.isInString = false;
      if (this.depth === 1) this.name = String.fromCharCode(...this.text);
      return;
    }
    if (this.depth === 1 && this.text.length < MAX_NAME_BYTES) this.text.push(byte);
  }

  private readStructure(byte: number): void {
    if (byte === QUOTE) [this.isInString, this.text] = [true, []];
    else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) {
      this.isInArray ||= byte === OPEN_BRACKET && this.depth === 1 && this.name === this.member;
      this.depth += 1;
    } else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) {
      this.depth -= 1;
      if (this.depth === 1) this.isInArray = false;
    } else if (this.depth === 1 && byte === COMMA) this.name = '';
    else if (this.depth === 0 && byte === COLON) throw new CommandFault('The file is not a JSON object.');
  }

  /** Checks a byte between two elements. @returns the position after it. */
  private between(byte: number, at: number): number {
    const isSpace = byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
    if (byte !== COMMA && !isSpace) throw this.notObjects();
    return at + 1;
  }

  private notObjects(): CommandFault {
    return new CommandFault(`"${this.member}" must be an array of objects.`);
  }

  private keepElement(bytes: Buffer): void {
    this.elementBytes += bytes.length;
    if (this.elementBytes > MAX_ELEMENT_BYTES)
      throw new CommandFault(`"${this.member}" contains an object of more than ${MAX_ELEMENT_BYTES} bytes.`);
    // A copy, because the chunk belongs to the stream.
    this.element.push(Buffer.from(bytes));
  }

  private keepRest(bytes: Buffer): void {
    this.restBytes += bytes.length;
    if (this.restBytes > MAX_REST_BYTES)
      throw new CommandFault(`The file has more than ${MAX_REST_BYTES} bytes outside of "${this.member}".`);
    this.rest.push(Buffer.from(bytes));
  }
}
