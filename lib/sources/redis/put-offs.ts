/**
 * Bull says until when a job is put off, and repeats it of one job in 4096 while that is the next one due. Jobs put
 * off together may share their time, so only what was said in an earlier look is a repetition.
 */
export class PutOffs {
  private earlier = new Set<string>();
  private now = new Set<string>();

  nextLook(): void {
    if (this.now.size === 0) return;
    if (this.earlier.size > 10_000) this.earlier.clear();
    for (const one of this.now) this.earlier.add(one);
    this.now = new Set();
  }

  isNews(base: string, until: string): boolean {
    const one = `${base} ${until}`;
    if (this.earlier.has(one)) return false;
    this.now.add(one);
    return true;
  }
}
