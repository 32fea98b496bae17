import { packSeries, unpackSeries } from './chunk';
import { decodeNames, encodeNames, packNames, unpackNames, type NamesRecord } from './names';
import { decodeRecord, encodeRecord, type SeriesRecord } from './record';
import type { Tier } from './tiers';

/** Bytes of records: one by one while their chunk is open, all together once it is closed. */
export type Codec<R> = {
  encode(record: R): Buffer;
  /** @throws for bytes that are no record */
  decode(bytes: Buffer): R;
  pack(records: Map<number, R>): Buffer;
  /** @throws for bytes that are no chunk */
  unpack(bytes: Buffer): Map<number, R>;
};

export const SERIES_CODEC: Codec<SeriesRecord> = {
  encode: encodeRecord,
  decode: decodeRecord,
  pack: packSeries,
  unpack: unpackSeries,
};

export const NAMES_CODEC: Codec<NamesRecord> = {
  encode: encodeNames,
  decode: decodeNames,
  pack: packNames,
  unpack: unpackNames,
};

export function codecOf(tier: Tier['name']): Codec<SeriesRecord> | Codec<NamesRecord> {
  return tier === 'n1m' || tier === 'n1h' ? NAMES_CODEC : SERIES_CODEC;
}
