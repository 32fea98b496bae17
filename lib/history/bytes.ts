/** Numbers as bytes, mostly one each: LEB128 varints, signed ones as zigzag. Whole numbers up to 2^53. */
export class ByteWriter {
  private readonly bytes: number[] = [];

  byte(value: number): void {
    this.bytes.push(value & 0xff);
  }

  varint(value: number): void {
    let rest = Math.max(0, Math.round(value));
    while (rest >= 0x80) {
      this.bytes.push((rest % 0x80) | 0x80);
      rest = Math.floor(rest / 0x80);
    }
    this.bytes.push(rest);
  }

  signed(value: number): void {
    this.varint(value < 0 ? -2 * value - 1 : 2 * value);
  }

  text(value: string): void {
    const bytes = Buffer.from(value, 'utf8');
    this.varint(bytes.length);
    for (const byte of bytes) this.bytes.push(byte);
  }

  toBuffer(): Buffer {
    return Buffer.from(this.bytes);
  }
}

/** The inverse of `ByteWriter`. Every method throws a RangeError when the bytes end too early. */
export class ByteReader {
  private position = 0;
  constructor(private readonly bytes: Uint8Array) {}

  /** Bytes read so far. */
  get offset(): number {
    return this.position;
  }

  isAtEnd(): boolean {
    return this.position >= this.bytes.length;
  }

  byte(): number {
    const value = this.bytes[this.position];
    if (value === undefined) throw new RangeError('A record of the history ends too early');
    this.position += 1;
    return value;
  }

  varint(): number {
    const first = this.bytes[this.position];
    if (first !== undefined && first < 0x80) {
      this.position += 1;
      return first;
    }
    let value = 0;
    let factor = 1;
    for (;;) {
      const byte = this.byte();
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return value;
      factor *= 0x80;
    }
  }

  signed(): number {
    const first = this.bytes[this.position];
    if (first !== undefined && first < 0x80) {
      this.position += 1;
      return (first & 1) === 1 ? -((first + 1) >> 1) : first >> 1;
    }
    const value = this.varint();
    return value % 2 === 1 ? -(value + 1) / 2 : value / 2;
  }

  text(): string {
    const length = this.varint();
    const end = this.position + length;
    if (end > this.bytes.length) throw new RangeError('A record of the history ends too early');
    const text = Buffer.from(this.bytes.subarray(this.position, end)).toString('utf8');
    this.position = end;
    return text;
  }
}
