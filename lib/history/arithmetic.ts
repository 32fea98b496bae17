/**
 * Adaptive binary arithmetic coding: what is seen often costs a fraction of a bit, which deflate cannot do. Encoder and
 * decoder share one face, so every number's way into bits is written once, below.
 */
export interface BitCoder {
  /** Codes `bit` by the probability `models[index]` and lets it learn. The decoder ignores `bit` and returns the true one. */
  bit(models: Models, index: number, bit: number): number;
}

const ONE = 4096;
/** Observations after which a probability stops to settle: small enough to follow what changes within a chunk. */
const SETTLED = 40;

/** Probabilities that a bit is 1, each with how often it was seen. */
export class Models {
  private readonly probabilities: Float64Array;
  private readonly seen: Uint8Array;

  constructor(size: number) {
    this.probabilities = new Float64Array(size).fill(0.5);
    this.seen = new Uint8Array(size);
  }

  /** 1 to `ONE` - 1. */
  chance(index: number): number {
    return Math.min(ONE - 1, Math.max(1, Math.round((this.probabilities[index] as number) * ONE)));
  }

  learn(index: number, bit: number): void {
    const seen = this.seen[index] as number;
    const before = this.probabilities[index] as number;
    this.probabilities[index] = before + (bit - before) / (seen + 1.6);
    if (seen < SETTLED) this.seen[index] = seen + 1;
  }
}

export class BitEncoder implements BitCoder {
  private low = 0;
  private high = 0xffffffff;
  private readonly bytes: number[] = [];

  bit(models: Models, index: number, bit: number): number {
    const middle = this.low + Math.floor((this.high - this.low) / ONE) * models.chance(index);
    if (bit) this.high = middle;
    else this.low = middle + 1;
    while (((this.low ^ this.high) & 0xff000000) === 0) {
      this.bytes.push(this.high >>> 24);
      this.low = (this.low << 8) >>> 0;
      this.high = ((this.high << 8) | 0xff) >>> 0;
    }
    models.learn(index, bit);
    return bit;
  }

  toBuffer(): Buffer {
    return Buffer.from([...this.bytes, this.high >>> 24, 0, 0, 0]);
  }
}

export class BitDecoder implements BitCoder {
  private low = 0;
  private high = 0xffffffff;
  private value = 0;
  private position = 0;

  constructor(private readonly bytes: Uint8Array) {
    for (let n = 0; n < 4; n += 1) this.value = ((this.value << 8) | this.next()) >>> 0;
  }

  bit(models: Models, index: number): number {
    const middle = this.low + Math.floor((this.high - this.low) / ONE) * models.chance(index);
    const bit = this.value <= middle ? 1 : 0;
    if (bit) this.high = middle;
    else this.low = middle + 1;
    while (((this.low ^ this.high) & 0xff000000) === 0) {
      this.low = (this.low << 8) >>> 0;
      this.high = ((this.high << 8) | 0xff) >>> 0;
      this.value = ((this.value << 8) | this.next()) >>> 0;
    }
    models.learn(index, bit);
    return bit;
  }

  /** @throws RangeError when far more is read than there is: the bytes are cut or are not ours */
  private next(): number {
    const byte = this.bytes[this.position];
    this.position += 1;
    if (byte === undefined && this.position > this.bytes.length + 8)
      throw new RangeError('A chunk of the history ends too early');
    return byte ?? 0;
  }
}

/** Bits of a number's length that are counted, and leading bits below the first that are learned for each length. */
const LENGTHS = 54;
const LEARNED = 2;
const ZERO = 0;
const SIGN = 1;
const LENGTH = 2;
const MANTISSA = LENGTH + LENGTHS;
const EVEN = MANTISSA + LENGTHS * (1 << LEARNED);

/** Models for numbers of one kind. */
export function numberModels(): Models {
  return new Models(EVEN + 1);
}

/** Codes a whole number from 0 to 2^53. */
export function codeUnsigned(coder: BitCoder, models: Models, value: number): number {
  const wanted = value + 1;
  let length = 0;
  for (let rest = wanted; rest >= 2; rest = Math.floor(rest / 2)) length += 1;
  let coded = 0;
  while (coded < LENGTHS - 1 && coder.bit(models, LENGTH + coded, coded < length ? 1 : 0) === 1) coded += 1;
  let result = 1;
  for (let left = coded - 1; left >= 0; left -= 1) {
    const depth = coded - 1 - left;
    const bit = Math.floor(wanted / 2 ** left) % 2;
    // The first bits by what went before them; the rest is noise, and learns as one.
    const index = depth < LEARNED ? MANTISSA + coded * (1 << LEARNED) + (depth === 0 ? 0 : 1 + (result % 2)) : EVEN;
    result = result * 2 + coder.bit(models, index, bit);
  }
  return result - 1;
}

/** Codes a whole number from -2^53 to 2^53. */
export function codeSigned(coder: BitCoder, models: Models, value: number): number {
  if (coder.bit(models, ZERO, value === 0 ? 1 : 0) === 1) return 0;
  const isNegative = coder.bit(models, SIGN, value < 0 ? 1 : 0) === 1;
  const magnitude = codeUnsigned(coder, models, Math.abs(value) - 1) + 1;
  return isNegative ? -magnitude : magnitude;
}
