/** A JSON object of the management API, whose fields differ by version: what is missing or of another type is `null`. */
export class Fields {
  constructor(private readonly json: Readonly<Record<string, unknown>>) {}

  static of(value: unknown): Fields {
    return new Fields(isRecord(value) ? value : {});
  }

  text(name: string): string | null {
    const value = this.json[name];
    return typeof value === 'string' && value !== '' ? value : null;
  }

  number(name: string): number | null {
    const value = this.json[name];
    return typeof value === 'number' && Number.isFinite(value) ? value : null;
  }

  is(name: string): boolean {
    return this.json[name] === true;
  }

  has(name: string): boolean {
    return this.json[name] !== undefined;
  }

  of(name: string): Fields {
    return Fields.of(this.json[name]);
  }

  list(name: string): unknown[] {
    const value = this.json[name];
    return Array.isArray(value) ? value : [];
  }

  texts(name: string): string[] {
    return this.list(name).filter((value) => typeof value === 'string');
  }
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
