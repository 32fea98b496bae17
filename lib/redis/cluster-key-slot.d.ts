declare module 'cluster-key-slot' {
  /** Slot (0–16383) of a key in a Redis Cluster: CRC16 of its hash tag, or of all of it where it has none. */
  export default function calculateSlot(key: string | Buffer): number;
}
